import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Status } from "../../src/operate/status.ts";
import { audit, catalog, seed, spec, workloads } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed, account: audit });
  const { exports: exported, ...rest } = spec();
  const fresh = Object.fromEntries(Object.entries(exported).map(([key, one]) => [key, { ...one, freshness: "26h" }]));
  await world.writeSpec({ ...rest, exports: fresh });
  const up = await typed(world, ["up", "--yes", "--engine", "embedded", "--state", `file://${world.folder}`]);
  expect(up.code, up.all).toBe(0);
  await world.advance(1);
}, 60_000);
afterAll(() => world.close());

async function status(): Promise<{ code: number; entries: Status["entries"] }> {
  const { code, out } = await typed(world, ["status", "-o", "json"]);
  return { code, entries: (JSON.parse(out) as Status).entries };
}

it("is well, and the exit code 0, when everything delivers", async () => {
  const { code, entries } = await status();
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => "delivering"));
  expect(entries.find(({ kind }) => kind === "export")).toMatchObject({ by: "table", freshness: 26 });
  expect(code).toBe(0);
  expect((await typed(world, ["status"])).out).toMatch(new RegExp(`^${entries.length} of ${entries.length} are well`));
});

it("reads a sync's freshness from the objects in its bucket, as the bucket's owner", async () => {
  await world.s3(audit).send(
    new PutObjectCommand({
      Bucket: "acme-inventory",
      Key: `ssm/${workloads}/AWS:InstanceInformation/accountid=${workloads}/region=us-east-1/resourcetype=ManagedInstanceInventory/i-1.json`,
      Body: "{}",
    }),
  );
  const { entries } = await status();
  const by = entries.filter(({ name, region }) => name === "inventory" && region === "us-east-1");
  expect(by.find(({ account }) => account === workloads)!.by).toBe("bucket");
  expect(by.find(({ account }) => account === audit)!.by).toBe("aws");
});

it("tells what is missing, failing and disabled, with AWS's words, and ends with 1", async () => {
  const ssm = new SSMClient(world.clientOf(workloads, "eu-west-1"));
  await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
  const datazone = new DataZoneClient(world.clientOf(catalog));
  await datazone.send(
    new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: false, clientToken: "t" }),
  );
  await world.s3(audit).send(new DeleteBucketPolicyCommand({ Bucket: "acme-inventory" }));
  const { code, entries } = await status();
  expect(code).toBe(1);
  expect(entries[0]).toMatchObject({ state: "missing", account: workloads, region: "eu-west-1" });
  expect(entries.find(({ kind }) => kind === "export")!.state).toBe("disabled");
  expect(entries.find(({ state }) => state === "failing")!.message).not.toBe("");
  const { out } = await typed(world, ["status"]);
  expect(out).toContain(`MISSING  sync inventory in ${workloads}/eu-west-1`);
});

it("tells a backup that is missing, then one that is young enough, then one that is too old", async () => {
  const { exports: exported, ...rest } = spec();
  const withBudget = (backupFreshness: string) =>
    world.writeSpec({
      ...rest,
      exports: { catalog: { ...exported.catalog, table: { ...exported.catalog.table, backupFreshness } } },
    });
  const ofBackups = async () => (await status()).entries.find(({ kind }) => kind === "backup");
  await withBudget("26h");
  expect(await ofBackups()).toMatchObject({ state: "missing", name: "dzd_alpha", freshness: 26 });
  const line = ["backup", "--all"];
  expect((await typed(world, line)).code).toBe(0);
  expect(await ofBackups()).toMatchObject({ state: "delivering", by: "bucket" });
  const datazone = new DataZoneClient(world.clientOf(catalog));
  await datazone.send(
    new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "u" }),
  );
  await world.advance(1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * 3_600_000 });
  try {
    expect(await ofBackups()).toMatchObject({
      state: "late",
      message: expect.stringMatching(/^The table was backed up 30 h ago/),
    });
    expect((await typed(world, ["status"])).out).toContain(`LATE  backup dzd_alpha in ${catalog}/us-east-1`);
    await withBudget("3d");
    expect(await ofBackups()).toMatchObject({ state: "delivering" });
  } finally {
    vi.useRealTimers();
  }
});
