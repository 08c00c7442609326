import * as S3Tables from "@aws-sdk/client-s3tables";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const owner = "111122223333";
const other = "222233334444";
const key = "arn:aws:kms:us-east-1:111122223333:key/export";
let world: EmulatorWorld;
let tables: S3Tables.S3Tables;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [owner]: { regions: { "us-east-1": { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } }, [other]: {} },
    keys: { [key]: {} },
  });
  tables = new S3Tables.S3Tables({ ...world.clientOf(owner), maxAttempts: 1 });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

/** A customer's bucket `restored` with namespace `copies` and, where wanted, a table `asset`. */
async function customerTable() {
  const { arn: tableBucketARN } = await tables.createTableBucket({ name: "restored" });
  await tables.createNamespace({ tableBucketARN, namespace: ["copies"] });
  const at = { tableBucketARN, namespace: "copies", name: "asset" };
  const created = await tables.createTable({ ...at, format: "ICEBERG" });
  return { at, ...created, tableBucketARN };
}

/** The export's table, made by DataZone's Put. */
async function exportTable() {
  const datazone = new DataZoneClient(world.clientOf(owner));
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
  const tableBucketARN = `arn:aws:s3tables:us-east-1:${owner}:bucket/aws-sagemaker-catalog`;
  const at = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  return { at, tableBucketARN, ...(await tables.getTable(at)) };
}

describe("names", () => {
  test.each(["aws-mine", "-mine", "mine-", "xn--mine", "mine--table-s3"])("a bucket cannot be %s", async (name) => {
    await expect(tables.createTableBucket({ name })).rejects.toMatchObject({ name: "BadRequestException" });
  });

  test.each(["aws_mine", "_mine", "mine_", "Mine", "mi-ne"])("a namespace cannot be %s", async (name) => {
    const { arn: tableBucketARN } = await tables.createTableBucket({ name: "mine" });
    await expect(tables.createNamespace({ tableBucketARN, namespace: [name] })).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });
});

test("what exists already, is not empty or is not there gives the declared errors", async () => {
  const { at, tableBucketARN } = await customerTable();
  const conflict = { name: "ConflictException" };
  const notFound = { name: "NotFoundException" };
  await expect(tables.createTableBucket({ name: "restored" })).rejects.toMatchObject(conflict);
  await expect(tables.createNamespace({ tableBucketARN, namespace: ["copies"] })).rejects.toMatchObject(conflict);
  await expect(tables.createTable({ ...at, format: "ICEBERG" })).rejects.toMatchObject(conflict);
  await expect(tables.deleteNamespace(at)).rejects.toMatchObject(conflict);
  await expect(tables.deleteTableBucket({ tableBucketARN })).rejects.toMatchObject(conflict);
  await expect(tables.getTable({ ...at, name: "absent" })).rejects.toMatchObject(notFound);
  await expect(tables.getNamespace({ ...at, namespace: "absent" })).rejects.toMatchObject(notFound);
  await tables.deleteTable(at);
  await expect(tables.deleteTable(at)).rejects.toMatchObject(notFound);
  await tables.deleteNamespace(at);
  await tables.deleteTableBucket({ tableBucketARN });
  expect((await tables.listTableBuckets({})).tableBuckets).toEqual([]);
});

test("a table is found by name and by ARN, and lists page through it", async () => {
  const { at, tableARN, tableBucketARN } = await customerTable();
  await tables.createTable({ ...at, name: "second", format: "ICEBERG" });
  const byName = await tables.getTable(at);
  expect(await tables.getTable({ tableArn: tableARN })).toMatchObject({
    name: "asset",
    warehouseLocation: byName.warehouseLocation,
  });
  expect(byName.warehouseLocation).toMatch(/^s3:\/\/[0-9a-z-]{53}--table-s3$/);
  await expect(tables.getTable({ tableArn: tableARN, name: "asset" })).rejects.toMatchObject({
    name: "BadRequestException",
  });
  const first = await tables.listTables({ tableBucketARN, maxTables: 1 });
  const next = await tables.listTables({ tableBucketARN, continuationToken: first.continuationToken });
  expect([...first.tables!, ...next.tables!].map(({ name }) => name)).toEqual(["asset", "second"]);
  await expect(tables.listTables({ tableBucketARN, continuationToken: "made up" })).rejects.toMatchObject({
    name: "BadRequestException",
  });
});

describe("a version token", () => {
  test("guards a table's deletion and renaming", async () => {
    const { at, versionToken } = await customerTable();
    await tables.renameTable({ ...at, newName: "renamed", versionToken });
    const renamed = { ...at, name: "renamed" };
    await expect(tables.deleteTable({ ...renamed, versionToken })).rejects.toMatchObject({ name: "ConflictException" });
    const current = await tables.getTable(renamed);
    await tables.deleteTable({ ...renamed, versionToken: current.versionToken });
  });

  test("lets one of two commits through", async () => {
    const { at, versionToken } = await customerTable();
    const { warehouseLocation } = await tables.getTable(at);
    const s3 = new S3Client({ ...world.clientOf(owner), forcePathStyle: true });
    const metadata = { Bucket: warehouseLocation!.slice(5), Key: "metadata/00001-a.metadata.json" };
    const metadataLocation = `s3://${metadata.Bucket}/${metadata.Key}`;
    const commit = (location = metadataLocation) =>
      tables.updateTableMetadataLocation({ ...at, versionToken, metadataLocation: location });
    await expect(commit()).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(commit("s3://elsewhere/metadata/a.metadata.json")).rejects.toMatchObject({
      name: "BadRequestException",
    });
    await expect(commit(`${warehouseLocation}/a.json`)).rejects.toMatchObject({ name: "BadRequestException" });
    await s3.send(new PutObjectCommand({ ...metadata, Key: "metadata/b.metadata.json.gz", Body: "not gzipped" }));
    await expect(commit(`${warehouseLocation}/metadata/b.metadata.json.gz`)).rejects.toMatchObject({
      name: "BadRequestException",
    });
    await s3.send(new PutObjectCommand({ ...metadata, Body: JSON.stringify({ location: warehouseLocation }) }));
    const committed = await commit();
    expect(committed.versionToken).not.toBe(versionToken);
    await expect(commit()).rejects.toMatchObject({ name: "ConflictException" });
    expect(await tables.getTableMetadataLocation(at)).toMatchObject({ metadataLocation });
  });

  test("can be made stale by a fault", async () => {
    const { at, versionToken } = await customerTable();
    await world.fault({ service: "s3tables", operation: "DeleteTable", error: "stale-version-token" });
    await expect(tables.deleteTable({ ...at, versionToken })).rejects.toMatchObject({ name: "ConflictException" });
    await tables.deleteTable({ ...at, versionToken });
  });
});

test("a table with a schema has a first metadata file", async () => {
  const { at } = await customerTable();
  const name = "typed";
  const schema = { fields: [{ name: "id", type: "long", required: true }] };
  await tables.createTable({ ...at, name, format: "ICEBERG", metadata: { iceberg: { schema } } });
  expect((await tables.getTable({ ...at, name })).metadataLocation).toMatch(/metadata\/00000-.*\.metadata\.json$/);
  expect((await tables.getTable(at)).metadataLocation).toBeUndefined();
});

test("a table is encrypted as it asks, or as its bucket, and what nobody would keep is refused", async () => {
  const kms = { sseAlgorithm: "aws:kms", kmsKeyArn: key } as const;
  const { arn: tableBucketARN } = await tables.createTableBucket({ name: "sealed", encryptionConfiguration: kms });
  await tables.createNamespace({ tableBucketARN, namespace: ["sales"] });
  expect((await tables.getTableBucketEncryption({ tableBucketARN })).encryptionConfiguration).toEqual(kms);
  const at = (name: string) => ({ tableBucketARN, namespace: "sales", name });
  const table = (name: string) => ({ ...at(name), format: "ICEBERG" as const });
  const own = { sseAlgorithm: "AES256" } as const;
  await tables.createTable(table("inherits"));
  await tables.createTable({ ...table("own"), encryptionConfiguration: own });
  expect((await tables.getTableEncryption(at("inherits"))).encryptionConfiguration).toEqual(kms);
  expect((await tables.getTableEncryption(at("own"))).encryptionConfiguration).toEqual(own);
  for (const refused of [
    { encryptionConfiguration: { sseAlgorithm: "aws:kms" as const } },
    { tags: { team: "data" } },
    { storageClassConfiguration: { storageClass: "INTELLIGENT_TIERING" as const } },
  ]) {
    await expect(tables.createTable({ ...table("none"), ...refused })).rejects.toMatchObject({
      name: "BadRequestException",
    });
  }
});

test("maintenance is set one setting at a time", async () => {
  const { at } = await customerTable();
  const type = "icebergSnapshotManagement";
  await tables.putTableMaintenanceConfiguration({ ...at, type, value: { status: "disabled" } });
  expect((await tables.getTableMaintenanceConfiguration(at)).configuration?.[type]).toMatchObject({
    status: "disabled",
    settings: { icebergSnapshotManagement: { minSnapshotsToKeep: 1, maxSnapshotAgeHours: 120 } },
  });
});

test("another account needs a policy of the bucket", async () => {
  const { at, tableBucketARN } = await customerTable();
  const theirs = new S3Tables.S3Tables({ ...world.clientOf(other), maxAttempts: 1 });
  await expect(tables.getTableBucketPolicy({ tableBucketARN })).rejects.toMatchObject({ name: "NotFoundException" });
  await expect(theirs.getTable(at)).rejects.toMatchObject({ name: "ForbiddenException" });
  const Statement = [{ Effect: "Allow", Principal: { AWS: other }, Action: "s3tables:GetTable", Resource: "*" }];
  await tables.putTableBucketPolicy({ tableBucketARN, resourcePolicy: JSON.stringify({ Statement }) });
  expect((await theirs.getTable(at)).name).toBe("asset");
  await expect(theirs.deleteTable(at)).rejects.toMatchObject({ name: "ForbiddenException" });
  for (const resourcePolicy of ["{}", "null", '{"Statement":[null]}', '{"Statement":[{"Effect":"Allow"}]}']) {
    await expect(tables.putTableBucketPolicy({ tableBucketARN, resourcePolicy })).rejects.toMatchObject({
      name: "BadRequestException",
    });
  }
});

describe("the export's bucket", () => {
  test("is listed as AWS's, and can be changed by nobody but for its table's deletion", async () => {
    const { at, tableBucketARN } = await exportTable();
    const forbidden = { name: "ForbiddenException" };
    expect((await tables.listTableBuckets({ type: "aws" })).tableBuckets).toMatchObject([{ arn: tableBucketARN }]);
    expect((await tables.listTableBuckets({ type: "customer" })).tableBuckets).toEqual([]);
    await expect(tables.createNamespace({ tableBucketARN, namespace: ["mine"] })).rejects.toMatchObject(forbidden);
    await expect(tables.createTable({ ...at, name: "mine", format: "ICEBERG" })).rejects.toMatchObject(forbidden);
    await expect(tables.renameTable({ ...at, newName: "mine" })).rejects.toMatchObject(forbidden);
    await tables.deleteTable(at);
    await expect(tables.deleteNamespace(at)).rejects.toMatchObject(forbidden);
  });

  test("is removed with the quirk that allows it, and classed as the quirk says", async () => {
    await world.quirk({
      "s3tables-managed-delete": "allow",
      "s3tables-export-bucket-type": "customer",
      "s3tables-managed-by": "absent",
    });
    const { at, tableBucketARN, type, managedByService } = await exportTable();
    expect({ type, managedByService }).toEqual({ type: "customer", managedByService: undefined });
    await tables.deleteTable(at);
    await tables.deleteNamespace(at);
    await tables.deleteTableBucket({ tableBucketARN });
  });

  test("has a table whose records can expire, which a customer's cannot", async () => {
    const { tableARN: tableArn } = await exportTable();
    const value = { status: "enabled", settings: { days: 365 } } as const;
    expect((await tables.getTableRecordExpirationConfiguration({ tableArn })).configuration?.status).toBe("disabled");
    await tables.putTableRecordExpirationConfiguration({ tableArn, value });
    expect((await tables.getTableRecordExpirationConfiguration({ tableArn })).configuration).toEqual(value);
    expect((await tables.getTableRecordExpirationJobStatus({ tableArn })).status).toBe("NotYetRun");
    const { tableARN } = await customerTable();
    await expect(tables.putTableRecordExpirationConfiguration({ tableArn: tableARN, value })).rejects.toMatchObject({
      name: "MethodNotAllowedException",
    });
  });

  test.each([
    ["excluded", 10],
    ["counted", 9],
  ])("is %s in the quota of ten", async (counted, others) => {
    await world.quirk({ "s3tables-managed-quota": counted });
    await exportTable();
    for (let made = 0; made < others; made++) await tables.createTableBucket({ name: `bucket-${made}` });
    await expect(tables.createTableBucket({ name: "one-more" })).rejects.toMatchObject({ name: "BadRequestException" });
  });
});
