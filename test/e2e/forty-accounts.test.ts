import { afterEach, describe, expect, it } from "vitest";
import { engines } from "../support/sluice.ts";
import { syncedAccounts } from "../support/synced-accounts.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const accounts = Array.from({ length: 40 }, (_, index) => String(300000000001 + index));
const [caller = "", denied = "", throttled = "", roleless = ""] = accounts;
const region = "us-east-1";
const seed = {
  organization: { id: "o-acme123456", management: caller },
  accounts: Object.fromEntries(
    accounts.map((id) => [id, { name: `n${id}`, ...(id === roleless && { roles: { Other: {} } }) }]),
  ),
  buckets: { "acme-inventory": { region, account: caller, policy: "ssm-delivery" } },
};
const spec = {
  version: 1,
  role: "arn:aws:iam::${account.id}:role/Sluice",
  targets: { fleet: { accounts, regions: [region] } },
  syncs: { inventory: { targets: "fleet", destination: { bucket: "acme-inventory", region } } },
};
const refusal = { service: "ssm", operation: "CreateResourceDataSync", when: "before", times: 100_000 };

// A request that is throttled to death takes most of a minute, a run of one account as of forty: a campaign, not each day's test.
describe.runIf(process.env["SLUICE_CAMPAIGN"]).each(engines)("forty accounts, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it("are deployed but for one that is denied, one that is throttled to death and one without a role, each told once", async () => {
    world = await testWorld({ seed, engine, account: caller });
    const faults = [
      { ...refusal, account: denied, error: "AccessDeniedException" },
      { ...refusal, account: throttled, error: "ThrottlingException" },
    ];
    await world.fault(...faults);
    await world.writeSpec(spec);
    const blocked = await world.run("up", "--yes", "-o", "json");
    expect(blocked.code, blocked.stderr).toBe(5);
    expect(await syncedAccounts(world, accounts, region)).toEqual([]);

    await world.writeSpec({ ...spec, rollout: { tolerated: "10%" } });
    const up = await world.run("up", "--yes", "-o", "json");
    expect(up.code, up.stderr).toBe(1);
    const { result, counts, diagnostics, places } = JSON.parse(up.stdout);
    expect({ result, counts }).toMatchObject({ result: "partial", counts: { create: 37, same: 0, skip: 1 } });
    const causes = (diagnostics as { name?: string; message: string }[]).map(({ name, message }) => [
      name?.slice(0, 12),
      /AccessDeniedException|ThrottlingException|role-missing/.exec(message)?.[0],
    ]);
    expect(causes).toEqual([
      [denied, "AccessDeniedException"],
      [throttled, "ThrottlingException"],
      [roleless, "role-missing"],
    ]);
    const bad = (places as { result: string }[]).filter(({ result }) => result !== "succeeded");
    expect(bad.map(({ result }) => result)).toEqual(["failed", "failed", "skipped"]);
    expect(await syncedAccounts(world, accounts, region)).toEqual(
      accounts.filter((id) => ![denied, throttled, roleless].includes(id)),
    );

    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    const other = { id: roleless, role: `arn:aws:iam::${roleless}:role/Other` };
    await world.writeSpec({ ...spec, accounts: { other }, rollout: { tolerated: "10%" } });
    await world.forgetCalls();
    const cured = await world.run("up", "--yes", "-o", "json");
    expect(cured.code, cured.stderr).toBe(0);
    expect(JSON.parse(cured.stdout)).toMatchObject({ result: "succeeded", counts: { create: 3, same: 37 } });
    const changed = (await world.calls()).filter(({ operation }) => /^(Create|Update|Delete)/.test(operation));
    expect(changed.map(({ account }) => account).toSorted()).toEqual([denied, throttled, roleless]);
    expect(await syncedAccounts(world, accounts, region)).toEqual(accounts);
  }, 400_000);

  it("are stopped by the missing role alone without a word about what is tolerated, and by nothing else", async () => {
    const roles = { ...seed.accounts, [roleless]: { name: "with a role" } };
    world = await testWorld({ seed: { ...seed, accounts: roles }, engine, account: caller });
    await world.fault(
      { ...refusal, account: denied, error: "AccessDeniedException" },
      { ...refusal, account: throttled, error: "ThrottlingException" },
    );
    await world.writeSpec(spec);
    const up = await world.run("up", "--yes", "-o", "json");
    expect(up.code, up.stderr).toBe(1);
    expect(JSON.parse(up.stdout)).toMatchObject({ counts: { create: 38 } });
    expect(await syncedAccounts(world, accounts, region)).toEqual(
      accounts.filter((id) => ![denied, throttled].includes(id)),
    );
  }, 400_000);
});
