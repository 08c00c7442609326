import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterEach, describe, expect, it } from "vitest";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { getObject, snapshotRows } from "../support/iceberg-rows.ts";
import type { Snapshot } from "../support/iceberg-rows.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const tableBucketARN = `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-sagemaker-catalog`;

describe.each(engines)("the domain switch on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it("backs up every row of every snapshot, drops the table, and enables the new domain", async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec(spec());
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.advance(3);
    const before = await exported(world);
    expect(before.snapshots.filter((snapshot) => snapshot.rows.length > 0).length).toBeGreaterThanOrEqual(3);

    await world.writeSpec(spec({ domain: "dzd_beta" }));
    const preview = await world.run("preview", "-o", "json");
    expect(preview.code, preview.stderr).toBe(0);
    const plan = JSON.parse(preview.stdout);
    expect(plan.changes).toMatchObject([
      {
        operation: "replace",
        type: "AssetTable",
        name: `${catalog}/us-east-1`,
        properties: expect.arrayContaining([
          { path: "domain", before: "dzd_alpha", after: "dzd_beta", replaces: true },
        ]),
        consequence: expect.stringContaining("s3://acme-backups/catalog"),
      },
      { operation: "replace", type: "DataExportConfiguration", name: `${catalog}/us-east-1` },
    ]);
    expect(plan.steps.map((step: { operation: string; type: string }) => `${step.operation} ${step.type}`)).toEqual([
      "delete-replaced DataExportConfiguration",
      "delete-replaced AssetTable",
      "replace AssetTable",
      "create-replacement AssetTable",
      "replace DataExportConfiguration",
      "create-replacement DataExportConfiguration",
    ]);

    await world.forgetCalls();
    const up = await world.run("up", "--yes", "--digest", plan.digest, "-o", "json");
    expect(up.code, up.stderr).toBe(0);
    const order = (await world.calls()).map((call) => call.operation);
    expect(order.indexOf("DeleteDataExportConfiguration")).toBeLessThan(order.indexOf("DeleteTable"));
    expect(order.indexOf("DeleteTable")).toBeLessThan(order.indexOf("PutDataExportConfiguration"));
    // What comes behind the new export is the record of whose table it is.
    const beforePut = order.slice(0, order.indexOf("PutDataExportConfiguration"));
    expect(beforePut.lastIndexOf("PutObject")).toBeLessThan(order.indexOf("DeleteTable"));

    expect(await exportOf(world, "dzd_beta")).toMatchObject({ isExportEnabled: true, status: "COMPLETED" });
    expect((await exportOf(world, "dzd_alpha"))?.createdAt).toBeUndefined();
    expect((await exported(world)).tableArn).not.toBe(before.tableArn);

    const [receipt, ...others] = JSON.parse(up.stdout).receipts;
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      version: 1,
      source: { account: catalog, region: "us-east-1", tableArn: before.tableArn },
      snapshots: before.snapshots.length,
    });
    expect(await snapshotRows(world.s3(catalog), receipt.destination.metadataLocation)).toEqual(before.snapshots);
    expect(await receipts(world)).toEqual([receipt]);

    expect((await world.run("up", "--yes", "--expect-no-changes")).code).toBe(0);
  }, 180_000);
});

/** The export's table as it is now: its ARN and, through its metadata, every row of every snapshot. */
async function exported(world: TestWorld): Promise<{ tableArn: string; snapshots: Snapshot[] }> {
  const tables = new S3TablesClient(world.clientOf(catalog));
  const table = await tables.send(new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }));
  const snapshots = table.metadataLocation ? await snapshotRows(world.s3(catalog), table.metadataLocation) : [];
  return { tableArn: table.tableARN!, snapshots };
}

/** What a domain that was never configured answers is not documented, but it has no time of creation. */
async function exportOf(world: TestWorld, domainIdentifier: string) {
  const datazone = new DataZoneClient(world.clientOf(catalog));
  return datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier })).catch((error) => {
    if (error.name === "ResourceNotFoundException") return undefined;
    throw error;
  });
}

/** Every receipt that lies in the backup bucket. */
async function receipts(world: TestWorld): Promise<unknown[]> {
  const s3 = world.s3(catalog);
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: "acme-backups" }));
  const keys = (listed.Contents ?? []).map((object) => object.Key!).filter((key) => key.endsWith("/receipt.json"));
  return Promise.all(
    keys.map(async (key) => JSON.parse(Buffer.from(await getObject(s3, `s3://acme-backups/${key}`)).toString())),
  );
}
