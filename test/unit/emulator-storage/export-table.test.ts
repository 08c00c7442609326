import { DataZone } from "@aws-sdk/client-datazone";
import { S3Client } from "@aws-sdk/client-s3";
import { S3Tables } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assetColumns, assetRows } from "../../../src/emulator/iceberg/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";
import { getObject, snapshotRows } from "../../support/iceberg-rows.ts";

const account = "111122223333";
const region = "us-east-1";
const domain = "dzd_alpha";
const asset = {
  tableBucketARN: `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`,
  namespace: "asset_metadata",
  name: "asset",
};
let world: EmulatorWorld;
let s3: S3Client;
let tables: S3Tables;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [account]: { regions: { [region]: { domains: [{ id: domain, name: "A" }] } } } },
  });
  s3 = new S3Client({ ...world.clientOf(account), forcePathStyle: true });
  tables = new S3Tables(world.clientOf(account));
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const enable = () =>
  new DataZone(world.clientOf(account)).putDataExportConfiguration({ domainIdentifier: domain, enableExport: true });

interface Metadata {
  schemas: [{ fields: { name: string }[] }];
  "partition-specs": [{ fields: object[] }];
  "metadata-log": object[];
  snapshots: {
    "sequence-number": number;
    "manifest-list": string;
    summary: Record<string, string>;
  }[];
}

async function metadata(): Promise<{ location: string; text: string; json: Metadata }> {
  const { metadataLocation } = await tables.getTable(asset);
  const text = Buffer.from(await getObject(s3, metadataLocation!)).toString();
  return { location: metadataLocation!, text, json: JSON.parse(text) };
}

/** The rows of each snapshot, as icebird reads them. */
const snapshots = async () => snapshotRows(s3, (await metadata()).location);

test("the table is empty until its first day, with the fifteen documented columns", async () => {
  await enable();
  const { json } = await metadata();
  expect(json.snapshots).toEqual([]);
  expect(json.schemas[0].fields.map(({ name }) => name)).toEqual(assetColumns.map(({ name }) => name));
  expect(assetColumns).toHaveLength(15);
  await world.reset();
  await world.quirk({ "s3tables-empty-metadata": "absent" });
  await enable();
  expect((await tables.getTable(asset)).metadataLocation).toBeUndefined();
  await world.advance(1);
  expect((await tables.getTable(asset)).metadataLocation).toBeDefined();
});

test("what the metadata points at is in it", async () => {
  await enable();
  for (const days of [0, 2]) {
    if (days > 0) await world.advance(days);
    const { text } = await metadata();
    // As texts: the ids of snapshots are above what a number holds.
    const json = JSON.parse(text.replace(/(-id":)(\d+)/g, '$1"$2"'));
    const ids = (of: object[], key: string) => of.map((one) => (one as Record<string, string>)[key]);
    expect(ids(json.schemas, "schema-id")).toContain(json["current-schema-id"]);
    expect(ids(json["partition-specs"], "spec-id")).toContain(json["default-spec-id"]);
    expect(ids(json["sort-orders"], "order-id")).toContain(json["default-sort-order-id"]);
    const known = ids(json.snapshots, "snapshot-id");
    expect(known).toHaveLength(days);
    expect(json["current-snapshot-id"]).toBe(known.at(-1) ?? -1);
    expect(json.refs.main?.["snapshot-id"]).toBe(known.at(-1));
    expect(ids(json["snapshot-log"], "snapshot-id")).toEqual(known);
    expect(ids(json.snapshots, "parent-snapshot-id")).toEqual([undefined, ...known].slice(0, days));
    for (const id of ids(json.snapshots, "schema-id")) expect(ids(json.schemas, "schema-id")).toContain(id);
  }
});

test.each(["day", "identity"])("each day appends the whole catalog, partitioned by %s", async (partition) => {
  await world.quirk({ "export-partition": partition });
  await enable();
  await world.advance(3, 12);
  const { json, text } = await metadata();
  expect(json["partition-specs"][0].fields).toMatchObject([{ "source-id": 1, transform: partition }]);
  expect(json["metadata-log"]).toHaveLength(3);
  expect(json.snapshots.map((snapshot) => snapshot["sequence-number"])).toEqual([1, 2, 3]);
  for (const [, id] of text.matchAll(/"snapshot-id":(\d+)/g)) expect(BigInt(id!)).toBeGreaterThan(2n ** 53n);
  const read = await snapshots();
  expect(read.map(({ rows }) => rows.length)).toEqual([12, 24, 36]);
  const days = [...new Set(read[2]!.rows.map((row) => JSON.parse(row).snapshot_time as string))];
  expect(days).toHaveLength(3);
  const expected = days.flatMap((day) => assetRows({ account, region, domain, at: Date.parse(day) }, 12));
  const shown = (row: Record<string, unknown>) =>
    [row["asset_id"], row["asset_name"], row["resource_description"], row["business_description"]].join("|");
  expect(read[2]!.rows.map((row) => shown(JSON.parse(row))).toSorted()).toEqual(
    expected.map((row) => shown({ ...row })).toSorted(),
  );
  expect(JSON.parse(read[0]!.rows[0]!)).toHaveProperty("extended_metadata");
});

test("a day of many rows has several files, and the same day's rows are always the same", async () => {
  await enable();
  await world.advance(1, 5200);
  const [day] = await snapshots();
  expect(day!.rows).toHaveLength(5200);
  expect((await metadata()).json.snapshots[0]!.summary).toMatchObject({
    "added-data-files": "2",
    "total-records": "5200",
  });
  const seed = { account, region, domain, at: Date.UTC(2026, 0, 1) };
  expect(assetRows(seed, 20)).toEqual(assetRows(seed, 30).slice(0, 20));
});

describe("maintenance", () => {
  test.each([
    ["none", [10, 20, 30, 40]],
    ["deletes", [10, 20, 17, 27, 37]],
    ["compaction", [10, 20, 17, 17, 27, 37]],
  ])("%s is seen in the rows of each snapshot", async (maintenance, rows) => {
    await world.quirk({ "export-maintenance": maintenance });
    await enable();
    await world.advance(4, 10);
    expect((await snapshots()).map((snapshot) => snapshot.rows.length)).toEqual(rows);
  });

  test("record expiration drops the days that are too old and tells how many rows they had", async () => {
    await enable();
    const { tableARN: tableArn } = await tables.getTable(asset);
    const value = { status: "enabled", settings: { days: 2 } } as const;
    await tables.putTableRecordExpirationConfiguration({ tableArn, value });
    await world.advance(4, 10);
    expect((await snapshots()).at(-1)!.rows).toHaveLength(30);
    expect(await tables.getTableRecordExpirationJobStatus({ tableArn })).toMatchObject({
      status: "Successful",
      metrics: { deletedDataFiles: 1, deletedRecords: 10 },
    });
  });

  test("snapshots older than five days go, with the files that only they needed, where the quirk says so", async () => {
    await world.quirk({ "export-snapshot-expiry": "on", "export-maintenance": "compaction" });
    await enable();
    await world.advance(2, 10);
    const { json } = await metadata();
    const lists = json.snapshots.map((snapshot) => snapshot["manifest-list"]);
    await world.advance(6, 10);
    const left = (await metadata()).json.snapshots;
    expect(left.map((snapshot) => snapshot["manifest-list"])).not.toContain(lists[0]);
    await expect(getObject(s3, lists[0]!)).rejects.toMatchObject({ name: "NoSuchKey" });
    expect((await snapshots()).at(-1)!.rows.length).toBeGreaterThan(60);
  });
});

test("every commit has a new version token, and a dropped table starts anew", async () => {
  await enable();
  await world.advance(1);
  const first = await tables.getTable(asset);
  await world.advance(1);
  const second = await tables.getTable(asset);
  expect(second.versionToken).not.toBe(first.versionToken);
  await expect(tables.deleteTable({ ...asset, versionToken: first.versionToken })).rejects.toMatchObject({
    name: "ConflictException",
  });
  await tables.deleteTable({ ...asset, versionToken: second.versionToken });
  await enable();
  const anew = await tables.getTable(asset);
  expect(anew.tableARN).not.toBe(first.tableARN);
  expect(anew.warehouseLocation).not.toBe(first.warehouseLocation);
  expect((await metadata()).json.snapshots).toEqual([]);
});
