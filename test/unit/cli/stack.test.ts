import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCi, newStack } from "../../../src/cli/deploy/stack.ts";
import type { WantedStack } from "../../../src/cli/deploy/stack.ts";
import { stateUrl } from "../../../src/cli/deploy/state-url.ts";
import { summary } from "../preview/fixtures.ts";
import { desk } from "./desk.ts";
import type { Desk } from "./desk.ts";

const wanted = (more: Partial<WantedStack>) =>
  newStack({ verb: "up", stack: "prod", known: ["dev", "prod"], create: false, ci: false, ...more });

describe("the stack that is named", () => {
  it("is taken where it exists, under its short name as well", () => {
    expect(wanted({})).toBeUndefined();
    expect(wanted({ stack: "acme/inventory/prod", ci: true })).toBeUndefined();
    expect(wanted({ known: ["acme/inventory/prod"], verb: "destroy" })).toBeUndefined();
  });

  it("is never made by a typo: the nearest name and all others are told", () => {
    expect(() => wanted({ stack: "prdo" })).toThrow(
      'There is no stack "prdo".\nDid you mean "prod"? There are: dev, prod. --create makes it.',
    );
    expect(() => wanted({ stack: "prdo", verb: "preview", state: "s3://acme" })).toThrow(
      'no stack "prdo" in s3://acme.',
    );
    expect(wanted({ stack: "prdo", create: true })).toBe("stack: prdo is new, as --create asks for");
  });

  it("may be the first of its project, but not in a pipeline, where a missing variable looks like that", () => {
    expect(wanted({ known: [] })).toBe("stack: prod is the first one of this project");
    expect(() => wanted({ known: [], ci: true })).toThrow("Look at --state, PULUMI_BACKEND_URL");
    expect(wanted({ known: [], ci: true, create: true })).toContain("--create");
  });

  it.each(["refresh", "destroy"] as const)("has to exist for %s", (verb) => {
    expect(() => wanted({ verb, known: [] })).toThrow("This project has none there.");
    expect(() => wanted({ verb, stack: "prdo", create: true })).toThrow('Did you mean "prod"?');
  });

  it.each([
    ["true", true],
    ["1", true],
    ["", false],
    ["0", false],
    ["false", false],
    [undefined, false],
  ])("CI=%s is a pipeline: %s", (value, expected) => expect(isCi({ CI: value })).toBe(expected));
});

describe("a state inside a pipeline's checkout", () => {
  const project = { folder: "/work/acme/.sluice", backendUrl: "file://." };
  const io = (env: NodeJS.ProcessEnv) => ({ cwd: "/work/acme", env });

  it("is refused unless --state asks for it", () => {
    expect(() => stateUrl(undefined, project, io({ CI: "true" }))).toThrow("inside the checkout");
    expect(() => stateUrl(undefined, project, io({ CI: "true", PULUMI_BACKEND_URL: "file://state" }))).toThrow(
      "--state",
    );
    expect(stateUrl("file://state", project, io({ CI: "true" }))).toBe("file:///work/acme/state");
    expect(stateUrl(undefined, project, io({}))).toBe("file:///work/acme/.sluice");
    const outside = { CI: "true", PULUMI_BACKEND_URL: "file:///mnt/state" };
    expect(stateUrl(undefined, project, io(outside))).toBe("file:///mnt/state");
    expect(() => stateUrl(undefined, project, io({ ...outside, GITHUB_WORKSPACE: "/mnt" }))).toThrow("checkout");
  });
});

describe("on the Pulumi CLI", () => {
  let at: Desk;
  beforeEach(() => (at = desk()));
  afterEach(() => at.clear());

  it("up makes the first stack and says so; another name is exit code 2, and nothing is called", async () => {
    at.pulumi.play("preview", [summary()]);
    at.pulumi.play("up", [summary()]);
    const first = await at.typed(["up", "--yes"], { asItIs: true });
    expect(first.code, first.err).toBe(0);
    expect(first.err).toContain("stack: dev is the first one of this project");
    expect(at.pulumi.calls().map(({ argv }) => argv.slice(0, 2))).toEqual([
      ["stack", "init"],
      ["preview", "--stack"],
      ["up", "--stack"],
    ]);
    await at.typed(["preview", "--stack", "prod"]);
    const calls = at.pulumi.calls().length;
    for (const verb of ["preview", "up", "refresh", "destroy"]) {
      const { code, err } = await at.typed([verb, "--stack", "prdo"], { asItIs: true });
      expect(code).toBe(2);
      expect(err).toContain('Did you mean "prod"?');
    }
    expect(at.pulumi.calls()).toHaveLength(calls);
  });

  it("looks a state that is elsewhere up with the CLI", async () => {
    const env = { PULUMI_BACKEND_URL: "s3://acme-state" };
    const { code, err } = await at.typed(["up", "--yes", "--stack", "prdo"], { env, asItIs: true });
    expect([code, at.pulumi.calls()]).toEqual([2, []]);
    expect(err).toContain("There are: dev, prod.");
  });

  it("takes away the file with the salt that a preview of the CLI writes", async () => {
    at.pulumi.play("preview", [summary()]);
    writeFileSync(path.join(at.cwd, "Pulumi.yaml"), "name: mine\nruntime: nodejs\nbackend: { url: file://./kept }\n");
    const config = path.join(at.cwd, "Pulumi.dev.yaml");
    writeFileSync(config, "");
    await at.typed(["preview"]);
    expect(existsSync(config)).toBe(true);
    rmSync(config);
    await at.typed(["preview"]);
    expect(existsSync(config)).toBe(false);
  });
});

describe("without a spec", () => {
  it.each(["refresh", "destroy"])("and without a project %s is exit code 2 and writes nothing", async (verb) => {
    const at = desk();
    rmSync(path.join(at.cwd, "sluice.yaml"));
    mkdirSync(path.join(at.cwd, "empty"));
    const { code, err } = await at.typed([verb, "--yes", "--spec", "empty/sluice.yaml"], { asItIs: true });
    expect([code, readdirSync(path.join(at.cwd, "empty"))]).toEqual([2, []]);
    expect(err).toContain("nothing tells which stack is meant");
    at.clear();
  });
});
