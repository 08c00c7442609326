import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { engines } from "../support/sluice.ts";
import { syncedAccounts } from "../support/synced-accounts.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const accounts = Array.from({ length: 12 }, (_, index) => String(300000000001 + index));
const [caller = "", denied = ""] = accounts;
const region = "us-east-1";
const seed = {
  organization: { id: "o-acme123456", management: caller },
  accounts: Object.fromEntries(accounts.map((id) => [id, { name: `n${id}` }])),
  buckets: { "acme-inventory": { region, account: caller, policy: "ssm-delivery" } },
};
const spec = {
  version: 1,
  role: "arn:aws:iam::${account.id}:role/Sluice",
  targets: { fleet: { accounts, regions: [region] } },
  syncs: { inventory: { targets: "fleet", destination: { bucket: "acme-inventory", region } } },
};
const denial = { service: "ssm", operation: "CreateResourceDataSync", account: denied, when: "before", times: 1000 };

describe.each(engines)("a fleet with one denied account, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  async function fleet(): Promise<void> {
    world = await typedWorld({ seed, engine, account: caller });
    await world.writeSpec(spec);
    await world.fault({ ...denial, error: "AccessDeniedException" });
  }

  it("is deployed everywhere else in one run, the cause is told once, and the next run does only the rest", async () => {
    await fleet();
    const { code, stdout, stderr } = await world.run("up", "--yes", "--parallel", "2");
    expect(code, stderr).toBe(1);
    expect(stdout).toContain("failed: 1 failed, 11 created");
    expect(stdout).not.toContain("goes on from here");
    expect(stderr.match(/^error /gm)).toHaveLength(1);
    expect(await syncedAccounts(world, accounts, region)).toEqual(accounts.filter((id) => id !== denied));

    const again = await world.run("up", "--yes", "-o", "json");
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({
      result: "failed",
      counts: { create: 0, same: 11 },
      places: [{ account: denied, region, result: "failed", message: expect.stringContaining("AccessDenied") }],
    });

    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    await world.forgetCalls();
    const mended = await world.run("up", "--yes", "-o", "json");
    expect(mended.code, mended.stderr).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({ counts: { create: 1, same: 11 } });
    const changed = (await world.calls()).filter(({ operation }) => /^(Create|Delete|Update)/.test(operation));
    expect(changed.map(({ account }) => account)).toEqual([denied]);
  }, 240_000);

  it("says of each account how it went, and begins nothing more after the failure with --fail-fast", async () => {
    await fleet();
    const { code, stdout } = await world.run("up", "--yes", "--parallel", "1", "--fail-fast", "-o", "json");
    expect(code).toBe(1);
    const { result, places } = JSON.parse(stdout) as { result: string; places: { account: string; result: string }[] };
    expect(result).toBe("partial");
    expect(places.map(({ result }) => result)).toEqual([
      "succeeded",
      "failed",
      ...accounts.slice(2).map(() => "skipped"),
    ]);
    const going = JSON.parse((await world.run("up", "--yes", "-o", "json")).stdout);
    expect(going.places.map((place: { result: string }) => place.result)).toEqual([
      "failed",
      ...accounts.slice(2).map(() => "succeeded"),
    ]);
    await world.fault({
      ...denial,
      operation: "DeleteResourceDataSync",
      account: accounts[2],
      error: "AccessDeniedException",
    });
    const destroyed = await world.run("destroy", "--yes", "-o", "json");
    expect(destroyed.code).toBe(1);
    expect(JSON.parse(destroyed.stdout)).toMatchObject({ result: "partial", counts: { delete: 10 } });
    expect(await syncedAccounts(world, accounts, region)).toEqual([accounts[2]]);
  }, 240_000);

  it("is deployed, refreshed and destroyed in a part of it alone with --target and --exclude", async () => {
    world = await typedWorld({ seed, engine, account: caller });
    await world.writeSpec(spec);
    const [first = "", second = "", third = ""] = accounts;
    const only = ["--target", `${first}/*`, "--target", `${second}/${region}/inventory`];
    const plan = await world.run("preview", ...only, "-o", "json");
    expect(plan.code, plan.stderr).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ result: "ok", counts: { create: 2 } });
    const up = await world.run("up", "--yes", ...only);
    expect(up.code, up.stderr).toBe(0);
    expect(await syncedAccounts(world, accounts, region)).toEqual([first, second]);
    const rest = await world.run("up", "--yes", "--exclude", `${third}/*`);
    expect(rest.code, rest.stderr).toBe(0);
    expect(await syncedAccounts(world, accounts, region)).toEqual(accounts.filter((id) => id !== third));
    expect((await world.run("destroy", "--yes", "--exclude", `${first}/*`)).code).toBe(0);
    expect(await syncedAccounts(world, accounts, region)).toEqual([first]);
    await world.forgetCalls();
    expect((await world.run("refresh", "--target", "*/inventory")).code).toBe(0);
    expect(new Set((await world.calls()).map(({ account }) => account))).toEqual(new Set([first, caller]));
    const typo = await world.run("up", "--yes", "--target", `${third}/${region}/inventroy`);
    expect(typo.code).toBe(2);
    expect(typo.stderr).toContain(`Did you mean "${third}/${region}/inventory"?`);
  }, 240_000);
});

describe.each(engines)("a fleet that tolerates some failures, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it("is planned and deployed without the accounts that AWS would refuse, as many as the spec tolerates", async () => {
    const roleless = { ...seed.accounts, [denied]: { name: "roleless", roles: { Other: {} } } };
    world = await typedWorld({ seed: { ...seed, accounts: roleless }, engine, account: caller });
    await world.writeSpec(spec);
    const blocked = await world.run("up", "--yes", "-o", "json");
    expect(blocked.code, blocked.stderr).toBe(5);
    expect(await syncedAccounts(world, accounts, region)).toEqual([]);

    await world.writeSpec({ ...spec, rollout: { tolerated: "10%", concurrency: 4 } });
    const previewed = await world.run("preview", "-o", "json");
    expect(previewed.code, previewed.stderr).toBe(0);
    const plan = JSON.parse(previewed.stdout);
    expect(plan).toMatchObject({ result: "ok", counts: { create: 11, skip: 1 } });
    expect(plan.changes[0]).toMatchObject({ operation: "skip", account: denied, facts: { code: "role-missing" } });
    const { code, stdout, stderr } = await world.run("up", "--digest", plan.digest, "-o", "json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      result: "succeeded",
      counts: { create: 11, same: 0, skip: 1 },
      diagnostics: [{ severity: "warning", message: expect.stringContaining("role-missing") }],
    });
    expect(JSON.parse(stdout).places[1]).toMatchObject({
      account: denied,
      result: "skipped",
      message: expect.stringContaining("role-missing"),
    });
    expect(await syncedAccounts(world, accounts, region)).toEqual(accounts.filter((id) => id !== denied));

    const again = await world.run("up", "--yes", "-o", "json");
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ result: "succeeded", counts: { create: 0, same: 11, skip: 1 } });
  }, 240_000);

  it("stops when more fail than the spec tolerates", async () => {
    world = await typedWorld({ seed, engine, account: caller });
    await world.writeSpec({ ...spec, rollout: { tolerated: 1 } });
    const denials = accounts.slice(1, 4).map((account) => ({ ...denial, account, error: "AccessDeniedException" }));
    await world.fault(...denials);
    const { code, stderr } = await world.run("up", "--yes", "--parallel", "1");
    expect(code, stderr).toBe(1);
    expect(stderr).toContain("Stopped: 2 accounts and Regions failed, and rollout.tolerated lets 1 fail.");
    expect((await syncedAccounts(world, accounts, region)).length).toBeLessThan(accounts.length - 3);
  }, 240_000);

  it("is deployed in waves: one that fails beyond its tolerance keeps the next from beginning, and the rest of the plan goes on from there", async () => {
    world = await typedWorld({ seed, engine, account: caller });
    const canary = accounts.slice(0, 2);
    const few = accounts.slice(0, 4);
    const targets = {
      fleet: { accounts: few, regions: [region] },
      canary: { accounts: canary, regions: [region] },
    };
    await world.writeSpec({ ...spec, targets, rollout: { order: ["canary", "rest"] } });
    const previewed = await world.run("preview", "-o", "json");
    expect(previewed.code, previewed.stderr).toBe(0);
    const plan = JSON.parse(previewed.stdout);
    expect(plan.waves).toEqual([
      { name: "canary", targets: 2, tolerated: 0 },
      { name: "rest", targets: 2, tolerated: 0 },
    ]);
    await writeFile(path.join(world.folder, "plan.json"), previewed.stdout);
    await world.fault({ ...denial, error: "AccessDeniedException" });
    const up = await world.run("up", "--digest", plan.digest, "--events", "events.json", "-o", "json");
    expect(up.code, up.stderr).toBe(1);
    const outcome = JSON.parse(up.stdout);
    expect(outcome).toMatchObject({
      result: "partial",
      counts: { create: 1 },
      waves: [
        { name: "canary", result: "failed" },
        { name: "rest", result: "skipped" },
      ],
    });
    expect(outcome.places.at(-1)).toMatchObject({ result: "skipped", message: "The wave rest was not begun." });
    expect(up.stdout).toContain("Stopped before the wave rest: 1 account and Region failed in canary");
    expect(await syncedAccounts(world, accounts, region)).toEqual(canary.filter((id) => id !== denied));

    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    await world.forgetCalls();
    const rest = await world.run("up", "--digest", plan.digest, "--plan", "plan.json", "-o", "json");
    expect(rest.code, rest.stderr).toBe(0);
    expect(JSON.parse(rest.stdout)).toMatchObject({ counts: { create: 3 }, result: "succeeded" });
    const made = (await world.calls()).filter(({ operation }) => operation === "CreateResourceDataSync");
    expect(made[0]!.account).toBe(denied);
    expect(await syncedAccounts(world, accounts, region)).toEqual(few);

    const tolerant = { ...spec, targets, rollout: { order: ["canary", "rest"], tolerated: 1 } };
    await world.writeSpec({ ...tolerant, syncs: { inventory: { ...spec.syncs.inventory, name: "renamed" } } });
    await world.fault({ ...denial, error: "AccessDeniedException" });
    const borne = await world.run("up", "--yes", "-o", "json");
    expect(borne.code, borne.stderr).toBe(1);
    expect(JSON.parse(borne.stdout)).toMatchObject({
      counts: { create: 3 },
      waves: [
        { name: "canary", result: "failed" },
        { name: "rest", result: "succeeded" },
      ],
    });
  }, 240_000);
});
