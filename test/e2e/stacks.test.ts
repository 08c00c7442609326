import { existsSync, readFileSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

describe.each(engines)("stacks are looked up, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it("a preview of a new one plans everything and writes nothing anywhere", async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec({ ...spec(), exports: {} });
    const { code, stdout, stderr } = await world.run("preview", "-o", "json");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("stack: dev is the first one of this project");
    expect(JSON.parse(stdout)).toMatchObject({ stack: "dev", project: "sluice", result: "ok", counts: { delete: 0 } });
    expect(readdirSync(world.folder)).toEqual(["sluice.yaml"]);
    const elsewhere = path.join(world.folder, "nowhere");
    expect((await world.run("preview", "--state", `file://${elsewhere}`)).code).toBe(0);
    expect(readdirSync(world.folder)).toEqual(["sluice.yaml"]);
  }, 120_000);

  it("a typo is exit code 2 on every verb and makes nothing; destroy and refresh need a stack", async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec({ ...spec(), exports: {} });
    expect((await world.run("destroy", "--yes")).code).toBe(2);
    expect((await world.run("refresh")).code).toBe(2);
    expect(readdirSync(world.folder)).toEqual(["sluice.yaml"]);
    const up = await world.run("up", "--yes");
    expect(up.code, up.stderr).toBe(0);
    // A backend and a stack that Pulumi knows for its own: the backend's mark, and the salt of the stack's secrets.
    expect(readFileSync(path.join(world.folder, ".pulumi", "meta.yaml"), "utf8")).toMatch(/^version: 1$/m);
    expect(readFileSync(path.join(world.folder, ".sluice", "Pulumi.dev.yaml"), "utf8")).toMatch(
      /^encryptionsalt: v1:/m,
    );
    await world.forgetCalls();
    for (const verb of ["preview", "up", "refresh", "destroy"]) {
      const { code, stdout, stderr } = await world.run(verb, "--stack", "dve");
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain('Did you mean "dev"? There are: dev.');
    }
    expect(await world.calls()).toEqual([]);
    const stacks = path.join(world.folder, ".pulumi", "stacks", "sluice");
    expect(existsSync(path.join(stacks, "dve.json"))).toBe(false);
    const created = await world.run("preview", "--stack", "prod", "--create", "--no-preflight", "-o", "json");
    expect(created.code, created.stderr).toBe(0);
    expect(existsSync(path.join(stacks, "prod.json"))).toBe(false);
    await rm(path.join(world.folder, ".sluice"), { recursive: true });
    const qualified = await world.run(
      "preview",
      "--expect-no-changes",
      "--stack",
      "organization/sluice/dev",
      "-o",
      "json",
    );
    expect(qualified.code, qualified.stderr).toBe(0);
    expect(JSON.parse(qualified.stdout)).toMatchObject({ stack: "dev" });
    const other = await world.run("preview", "--stack", "organization/other/dev");
    expect([other.code, other.stdout]).toEqual([2, ""]);
    expect(other.stderr).toContain('is of the project "other", and this one is "sluice"');
    expect(existsSync(path.join(world.folder, ".sluice"))).toBe(false);
  }, 240_000);
});
