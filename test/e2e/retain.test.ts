import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const deletes = /^(Delete|Put|Update|Create)/;

describe.each(engines)("what is retained, on the engine %s", (engine) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
    const ran = await deploy(retained());
    expect(ran.code, ran.stderr).toBe(0);
    await world.advance(1);
  });
  afterAll(() => world.close());

  const retained = (more: Parameters<typeof spec>[0] = {}) => {
    const whole = spec(more);
    const { inventory, explorer } = whole.syncs;
    return {
      ...whole,
      guards: { deletes: 0 },
      targets: { fleet: { accounts: ["audit"], regions: ["us-east-1"] } },
      syncs: { inventory: { ...inventory, retain: true }, explorer },
      exports: { catalog: { ...whole.exports.catalog, retain: true } },
    };
  };
  const deploy = async (wanted: object) => {
    await world.writeSpec(wanted);
    return world.run("up", "--yes", "-o", "json");
  };
  const preview = async (...more: string[]): Promise<Plan> =>
    JSON.parse((await world.run("preview", "-o", "json", ...more)).stdout) as Plan;
  const syncs = async () => {
    const client = new SSMClient(world.clientOf(audit));
    const types = ["SyncToDestination", "SyncFromSource"];
    const found = await Promise.all(
      types.map((SyncType) => client.send(new ListResourceDataSyncCommand({ SyncType }))),
    );
    return found.flatMap(({ ResourceDataSyncItems = [] }) => ResourceDataSyncItems.map(({ SyncName }) => SyncName));
  };
  const exported = () =>
    new DataZoneClient(world.clientOf(catalog)).send(
      new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }),
    );

  it("is replaced by nothing while AWS keeps it: the plan says what to do first", async () => {
    await world.writeSpec(retained({ domain: "dzd_beta" }));
    const plan = await preview();
    expect(plan.result).toBe("blocked");
    expect(plan.guards.find(({ name }) => name === "identity")).toMatchObject({
      status: "blocked",
      message: expect.stringContaining(`Kept and replaced at once: ${catalog}/us-east-1. `),
    });
  });

  it("is a change when it is taken off, which the digest binds", async () => {
    const { syncs: wanted, ...rest } = retained();
    await world.writeSpec({ ...rest, syncs: { ...wanted, inventory: { ...wanted.inventory, retain: false } } });
    const plan = await preview();
    expect(plan.changes.map(({ operation, properties }) => ({ operation, properties }))).toEqual([
      { operation: "update", properties: [{ path: "retain", before: true, replaces: false }] },
    ]);
  });

  it("is forgotten when its entry goes: shown so, counted as no delete, and AWS keeps it", async () => {
    const { syncs: wanted, exports: _gone, ...rest } = retained();
    const left = { ...rest, syncs: { explorer: wanted.explorer } };
    await world.writeSpec(left);
    const plan = await preview();
    expect(plan.counts).toEqual({ create: 0, update: 0, replace: 0, delete: 0, forget: 3, same: 1 });
    expect(plan.changes.map(({ operation, type, severity }) => `${operation} ${type} ${severity}`)).toEqual([
      "forget AssetTable changes",
      "forget DataExportConfiguration changes",
      "forget ResourceDataSync changes",
    ]);
    for (const { facts, consequence } of plan.changes) {
      expect(facts).toMatchObject({ retained: true });
      expect(consequence).toMatch(/^Nothing is deleted: /);
    }
    expect(plan.guards.every(({ status }) => status === "pass")).toBe(true);
    const text = await world.run("preview");
    expect(text.stdout).toContain("3 forgotten, not deleted");
    expect(text.stdout).toContain(`= forget data sync  ${audit}/us-east-1/inventory`);
    expect((await world.run("preview", "-o", "markdown")).stdout).toContain("forget data export");

    await world.forgetCalls();
    const ran = await world.run("up", "--digest", plan.digest, "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      result: "succeeded",
      counts: { forget: 3, delete: 0, same: 1 },
      exporting: [{ account: catalog, region: "us-east-1", domain: "dzd_alpha" }],
    });
    expect((await world.calls()).filter(({ operation }) => deletes.test(operation))).toEqual([]);
    expect((await syncs()).toSorted()).toEqual(["explorer", "inventory"]);
    expect(await exported()).toMatchObject({ isExportEnabled: true });
    expect((await world.state()).map(({ urn }) => urn.split("::").at(-1))).not.toContain(`${catalog}/us-east-1`);
  });

  it("comes back with `adopt`, and a destruction leaves it", async () => {
    const whole = retained();
    const { inventory, explorer } = whole.syncs;
    const ran = await deploy({
      ...whole,
      syncs: { inventory: { ...inventory, adopt: true }, explorer },
      exports: { catalog: { ...whole.exports.catalog, adopt: true } },
    });
    expect(ran.code, ran.stderr).toBe(0);
    await new SSMClient(world.clientOf(audit)).send(
      new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }),
    );
    const refreshed = JSON.parse((await world.run("refresh", "-o", "json")).stdout);
    expect(refreshed.counts).toEqual({ create: 0, update: 0, replace: 0, delete: 1, same: 3 });
    expect((await deploy(whole)).code).toBe(0);

    const gone = await world.run("destroy", "--yes", "-o", "json");
    expect(gone.code, gone.stderr).toBe(0);
    expect(JSON.parse(gone.stdout).counts).toMatchObject({ forget: 3, delete: 1 });
    expect(await syncs()).toEqual(["inventory"]);
    expect(await exported()).toMatchObject({ isExportEnabled: true });
  });
});
