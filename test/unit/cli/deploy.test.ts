import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../../src/preview/index.ts";
import { domainSwitch, summary } from "../preview/fixtures.ts";
import { desk, spec } from "./desk.ts";
import type { Desk } from "./desk.ts";

let cwd: string;
let pulumi: Desk["pulumi"];
let typed: Desk["typed"];
let clear: Desk["clear"];

beforeEach(() => ({ cwd, pulumi, typed, clear } = desk()));
afterEach(() => clear());

describe("preview on the Pulumi CLI", () => {
  it("passes stack, event log and environment, and no `--yes`", async () => {
    pulumi.play("preview", domainSwitch);
    await typed(["preview", "--stack", "prod", "--parallel", "4", "--state", "file://state"]);
    const [call, ...others] = pulumi.calls();
    expect(others).toEqual([]);
    expect(call!.argv).toEqual([
      "preview",
      "--stack",
      "prod",
      "--non-interactive",
      "--color",
      "never",
      "--parallel",
      "4",
      "--event-log",
      expect.stringMatching(/events\.jsonl$/),
    ]);
    expect(call!.env).toMatchObject({
      PULUMI_DEBUG_COMMANDS: "1",
      PULUMI_BACKEND_URL: `file://${path.join(cwd, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      SLUICE_SPEC: path.join(cwd, "sluice.yaml"),
    });
  });

  it("hands targets on to every verb, and what is left of an exclusion", async () => {
    for (const verb of ["preview", "up", "destroy"]) pulumi.play(verb, [summary()]);
    pulumi.record([
      {
        urn: "urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::1/2",
        type: "pulumi-nodejs:dynamic/sluice:AssetTable",
      },
    ]);
    await typed(["up", "--yes", "--target", "*/inventory"]);
    await typed(["destroy", "--yes", "--target", "1/2"]);
    await typed(["preview", "--exclude", "*/inventory", "--exclude", "1/*"]);
    const targets = pulumi.calls().map(({ argv }) => [argv[0], ...argv.filter((_, at) => argv[at - 1] === "--target")]);
    expect(targets).toEqual([
      ["preview", "**::*/inventory"],
      ["up", "**::*/inventory"],
      ["destroy", "**::1/2"],
      ["destroy", "**::1/2"],
      ["preview", "**::111122223333/us-east-1"],
    ]);
    expect((await typed(["up", "--yes", "--target", "1/3"])).code).toBe(2);
  });

  it("hands --refresh on to preview and up", async () => {
    pulumi.play("preview", [summary()]);
    pulumi.play("up", [summary()]);
    await typed(["up", "--refresh", "--yes"]);
    expect(pulumi.calls().map(({ argv }) => [argv[0], argv.includes("--refresh")])).toEqual([
      ["preview", true],
      ["up", true],
    ]);
  });

  it("says first which engine it is, then prints one plan with lines of the spec", async () => {
    pulumi.play("preview", domainSwitch);
    const { code, out, err } = await typed(["preview", "-o", "json"]);
    expect(code).toBe(0);
    expect(err).toMatch(/^engine: the Pulumi CLI, at .*\/pulumi\n/);
    const plan = JSON.parse(out) as Plan;
    expect(plan).toMatchObject({ version: 2, stack: "dev", result: "ok", counts: { replace: 2, same: 1 } });
    expect(plan.changes.map(({ source }) => source)).toEqual([
      { file: "sluice.yaml", line: 8 },
      { file: "sluice.yaml", line: 8 },
    ]);
  });

  it("shows what the CLI said when it came to no events", async () => {
    pulumi.play("preview", [], 1, "error: the stack is currently locked by 1 lock(s)");
    const { code, out } = await typed(["preview", "-o", "json"]);
    expect(code).toBe(1);
    expect((JSON.parse(out) as Plan).diagnostics[0]!.message).toContain("currently locked");
  });

  it.each([
    { pid: 4_194_300, why: "The run that took the lock was killed" },
    { pid: process.pid, why: "Wait for the run that holds the lock." },
  ])("tells the whole command that clears a lock (pid $pid)", async ({ pid, why }) => {
    const holder = `created by me@${hostname()} (pid ${pid}) at 2026-11-25T14:03:00Z`;
    const locked = "error: the stack is currently locked by 1 lock(s). Either wait or delete it with `pulumi cancel`.";
    pulumi.play("preview", [], 1, `${locked}\n  file:///x/.pulumi/locks/1.json?no_tmp_dir=true: ${holder}`);
    const { out } = await typed(["up", "--stack", "prod", "--state", "file://my state", "-o", "json"]);
    const { message } = (JSON.parse(out) as Plan).diagnostics[0]!;
    expect(message).toContain(why);
    const backend = `PULUMI_BACKEND_URL='file://${path.join(cwd, "my state")}'`;
    expect(message).toContain(`${backend} pulumi cancel --cwd ${path.join(cwd, ".sluice")} --stack prod --yes`);
  });

  it("tells the whole command that makes the CLI forget interrupted creates", async () => {
    const message =
      "Attempting to deploy or update resources with 1 pending operations from previous deployment.\n  * urn:pulumi:x, interrupted while creating\n";
    pulumi.play("preview", [summary()]);
    pulumi.play("up", [{ diagnosticEvent: { severity: "warning", message } }, summary()]);
    const { err } = await typed(["up", "--yes", "--stack", "prod", "--state", "file://state"]);
    const backend = `PULUMI_CONFIG_PASSPHRASE= PULUMI_BACKEND_URL=file://${path.join(cwd, "state")}`;
    expect(err).toContain(
      `${backend} pulumi refresh --clear-pending-creates --cwd ${path.join(cwd, ".sluice")} --stack prod --yes`,
    );
  });

  it("is exit code 7 when changes come that nobody expected, 3 when credentials are refused", async () => {
    pulumi.play("preview", domainSwitch);
    expect((await typed(["preview", "--expect-no-changes"])).code).toBe(7);
    pulumi.play(
      "preview",
      [
        { diagnosticEvent: { severity: "error", message: "Credentials: none were found for account 111122223333" } },
        summary("failed"),
      ],
      1,
    );
    expect((await typed(["preview"])).code).toBe(3);
  });

  it("is exit code 5 when a guard blocks the plan", async () => {
    writeFileSync(path.join(cwd, "sluice.yaml"), `${spec}guards: { replaces: 0 }\n`);
    pulumi.play("preview", domainSwitch);
    const { code, out } = await typed(["preview"]);
    expect(code).toBe(5);
    expect(out).toContain("blocked  replace-budget: 2 replacements, 0 allowed");
  });

  it("writes the engine's events as they came", async () => {
    pulumi.play("preview", domainSwitch);
    await typed(["preview", "--events", "events.jsonl"]);
    const lines = readFileSync(path.join(cwd, "events.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(domainSwitch)));
  });
});

describe("a wrong spec", () => {
  it("is exit code 2 with a code frame, and no engine is started", async () => {
    writeFileSync(path.join(cwd, "sluice.yaml"), spec.replace("domain: dzd_beta", "domian: dzd_beta"));
    const { code, out, err } = await typed(["up", "--yes"]);
    expect({ code, out, calls: pulumi.calls() }).toEqual({ code: 2, out: "", calls: [] });
    expect(err).toContain("domian: dzd_beta");
    expect(err).toContain("^^^^^^");
  });

  it("is a JSON document of problems with -o json", async () => {
    writeFileSync(path.join(cwd, "sluice.yaml"), "version: 1\nsyncz: {}\n");
    const { out } = await typed(["preview", "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ severity: "error", line: 2 }] });
  });

  it("that is not there says how to get one", async () => {
    rmSync(path.join(cwd, "sluice.yaml"));
    const { code, err } = await typed(["preview"]);
    expect(code).toBe(2);
    expect(err).toContain("sluice init");
  });
});

describe("the project", () => {
  it("is written beside a spec that has none, and runs the package's own program", async () => {
    pulumi.play("preview", domainSwitch);
    await typed(["up", "--yes"]);
    const folder = path.join(cwd, ".sluice");
    const yaml = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
    const main = /^main: (.*)$/m.exec(yaml)![1]!;
    expect(path.resolve(folder, main)).toBe(path.resolve("dist/src/program.js"));
    expect(pulumi.calls()[0]).toMatchObject({ cwd: folder, env: { PULUMI_BACKEND_URL: `file://${folder}` } });
  });

  it("is the nearest Pulumi.yaml above the spec, with its backend", async () => {
    writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: mine\nruntime: nodejs\nbackend: { url: file://./kept }\n");
    mkdirSync(path.join(cwd, "specs"));
    writeFileSync(path.join(cwd, "specs", "prod.yaml"), spec);
    pulumi.play("preview", domainSwitch);
    await typed(["preview", "--spec", "specs/prod.yaml"]);
    expect(pulumi.calls()[0]).toMatchObject({ cwd, env: { PULUMI_BACKEND_URL: `file://${path.join(cwd, "kept")}` } });
    expect(existsSync(path.join(cwd, "specs", ".sluice"))).toBe(false);
  });

  it("keeps the state where --state says, then PULUMI_BACKEND_URL", async () => {
    pulumi.play("preview", domainSwitch);
    await typed(["preview"], { env: { PULUMI_BACKEND_URL: "s3://acme-state" } });
    await typed(["preview", "--state", "file://here"], { env: { PULUMI_BACKEND_URL: "s3://acme-state" } });
    expect(pulumi.calls().map(({ env }) => env["PULUMI_BACKEND_URL"])).toEqual([
      "s3://acme-state",
      `file://${path.join(cwd, "here")}`,
    ]);
    expect((await typed(["preview", "--state", "here"])).code).toBe(2);
  });
});

it("a Pulumi CLI that its installers keep below PULUMI_HOME is found, the newest first", async () => {
  const home = path.join(cwd, "home");
  const real = pulumi.env["PATH"]!.split(path.delimiter)[0]!;
  for (const version of ["3.9.0", "3.260.0"]) {
    mkdirSync(path.join(home, "versions", version, "bin"), { recursive: true });
    writeFileSync(path.join(home, "versions", version, "bin", "pulumi"), readFileSync(path.join(real, "pulumi")), {
      mode: 0o755,
    });
  }
  pulumi.play("preview", domainSwitch);
  const { err } = await typed(["preview"], { env: { PATH: path.dirname(process.execPath), PULUMI_HOME: home } });
  expect(err).toContain(path.join("versions", "3.260.0", "bin", "pulumi"));
});

it("--engine pulumi without a CLI is exit code 2 with the cure", async () => {
  const { code, err } = await typed(["preview", "--engine", "pulumi"], { env: { PATH: "/nowhere" } });
  expect(code).toBe(2);
  expect(err).toContain("--engine embedded");
});
