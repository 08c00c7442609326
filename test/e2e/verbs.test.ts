import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { DeleteResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, catalog, seed, spec, workloads } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const tableBucketARN = `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-sagemaker-catalog`;
const reads = /^(Get|List|Describe|Head|Simulate|AssumeRole)/;

describe.each(engines)("the deployment verbs on the engine %s", (engine) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec(spec());
  });
  afterAll(() => world.close());

  const syncs = async (account: string, region = "us-east-1", type = "SyncToDestination") => {
    const ssm = new SSMClient(world.clientOf(account, region));
    const { ResourceDataSyncItems = [] } = await ssm.send(new ListResourceDataSyncCommand({ SyncType: type }));
    return ResourceDataSyncItems.filter(({ SyncName }) => !SyncName?.startsWith("AWS-QuickSetup-"));
  };
  const writes = async () => (await world.calls()).filter((call) => !reads.test(call.operation));

  it("preview shows every creation and writes nothing", async () => {
    const ran = await world.run("preview", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    const plan = JSON.parse(ran.stdout);
    expect(plan).toMatchObject({ version: 2, stack: "dev", result: "ok" });
    expect(plan.counts).toMatchObject({ create: 9, update: 0, replace: 0, delete: 0 });
    expect(await writes()).toEqual([]);
  });

  it("up creates the syncs and the export in every account and Region", async () => {
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ result: "succeeded", counts: { create: 9 } });
    for (const account of [audit, catalog, workloads]) {
      for (const region of ["us-east-1", "eu-west-1"]) {
        expect(await syncs(account, region)).toMatchObject([
          { SyncName: "inventory", S3Destination: { BucketName: "acme-inventory", Prefix: `ssm/${account}` } },
        ]);
      }
    }
    expect(await syncs(audit, "us-east-1", "SyncFromSource")).toMatchObject([
      {
        SyncName: "explorer",
        SyncSource: { SourceRegions: ["eu-west-1", "us-east-1"], EnableAllOpsDataSources: false },
      },
    ]);
    const datazone = new DataZoneClient(world.clientOf(catalog));
    expect(await datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }))).toMatchObject(
      { isExportEnabled: true, status: "COMPLETED" },
    );
    const tables = new S3TablesClient(world.clientOf(catalog));
    const table = await tables.send(
      new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
    );
    const stack = (await world.state()).find(({ type }) => type === "pulumi:pulumi:Stack");
    expect(stack?.outputs).toEqual({
      sluice: { guards: {} },
      counts: { syncs: 7, exports: 1 },
      tableArns: { [`${catalog}/us-east-1`]: table.tableARN },
      receipts: {},
    });
  });

  it("a second up changes nothing and makes no AWS call", async () => {
    await world.forgetCalls();
    const ran = await world.run("up", "--yes", "--expect-no-changes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await world.calls()).toEqual([]);
  });

  it("preview with --expect-no-changes exits 7 where there are changes", async () => {
    await world.writeSpec(spec({ prefix: "moved" }));
    expect((await world.run("preview", "--expect-no-changes")).code).toBe(7);
    await world.writeSpec(spec());
    expect((await world.run("preview", "--expect-no-changes")).code).toBe(0);
  });

  it("the Regions of an Explorer sync change in place", async () => {
    await world.writeSpec(spec({ sourceRegions: ["us-east-1"] }));
    await world.forgetCalls();
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(JSON.parse(ran.stdout).counts, ran.stderr).toMatchObject({ update: 1 });
    expect((await writes()).map((call) => call.operation)).toEqual(["UpdateResourceDataSync"]);
    expect(await syncs(audit, "us-east-1", "SyncFromSource")).toMatchObject([
      { SyncSource: { SourceRegions: ["us-east-1"] } },
    ]);
  });

  it("a new prefix replaces a sync, the old one deleted first", async () => {
    await world.writeSpec(spec({ sourceRegions: ["us-east-1"], prefix: "moved" }));
    await world.forgetCalls();
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(JSON.parse(ran.stdout).counts, ran.stderr).toMatchObject({ replace: 6 });
    const there = (await writes()).filter((call) => call.account === workloads && call.region === "eu-west-1");
    expect(there.map((call) => call.operation)).toEqual(["DeleteResourceDataSync", "CreateResourceDataSync"]);
    expect(await syncs(workloads, "eu-west-1")).toMatchObject([{ S3Destination: { Prefix: "moved" } }]);
  });

  it("a sync deleted behind our back is found by refresh and made again by up", async () => {
    const ssm = new SSMClient(world.clientOf(workloads, "eu-west-1"));
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
    const refreshed = await world.run("refresh", "--yes", "-o", "json");
    expect(refreshed.code, refreshed.stderr).toBe(0);
    expect(JSON.parse(refreshed.stdout).counts).toMatchObject({ delete: 1 });
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(JSON.parse(ran.stdout).counts, ran.stderr).toMatchObject({ create: 1 });
    expect(await syncs(workloads, "eu-west-1")).toHaveLength(1);
  });

  it("destroy removes every sync and the export, and keeps the table, as AWS does", async () => {
    const ran = await world.run("destroy", "--yes", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    for (const account of [audit, catalog, workloads]) expect(await syncs(account)).toEqual([]);
    expect(await syncs(audit, "us-east-1", "SyncFromSource")).toEqual([]);
    const datazone = new DataZoneClient(world.clientOf(catalog));
    const get = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
    // Whether that is an error, or a disabled export without a time of creation, is not documented.
    const left = await datazone.send(get).catch((error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
    });
    expect(left?.createdAt).toBeUndefined();
    const tables = new S3TablesClient(world.clientOf(catalog));
    expect(
      await tables.send(new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" })),
    ).toMatchObject({ name: "asset" });
    expect(await world.state()).toEqual([]);
  });
});
