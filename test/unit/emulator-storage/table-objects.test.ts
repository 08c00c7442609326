import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { DataZone } from "@aws-sdk/client-datazone";
import { S3Tables } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const arn = (bucket: string) => `arn:aws:s3tables:us-east-1:${account}:bucket/${bucket}`;
let world: EmulatorWorld;
let s3: S3Client;
/** The bucket-like names of a customer's table and of the export's. */
let mine: string;
let theirs: string;
let metadataKey: string;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [account]: { regions: { "us-east-1": { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } } },
    buckets: { "acme-backups": { region: "us-east-1", account } },
  });
  s3 = new S3Client({ ...world.clientOf(account), forcePathStyle: true, maxAttempts: 1 });
  const tables = new S3Tables(world.clientOf(account));
  await tables.createTableBucket({ name: "restored" });
  await tables.createNamespace({ tableBucketARN: arn("restored"), namespace: ["copies"] });
  const at = { tableBucketARN: arn("restored"), namespace: "copies", name: "asset" };
  await tables.createTable({ ...at, format: "ICEBERG" });
  mine = (await tables.getTable(at)).warehouseLocation!.slice("s3://".length);
  await new DataZone(world.clientOf(account)).putDataExportConfiguration({
    domainIdentifier: "dzd_alpha",
    enableExport: true,
  });
  await world.advance(1, 5);
  const asset = { tableBucketARN: arn("aws-sagemaker-catalog"), namespace: "asset_metadata", name: "asset" };
  const { warehouseLocation, metadataLocation } = await tables.getTable(asset);
  theirs = warehouseLocation!.slice("s3://".length);
  metadataKey = metadataLocation!.slice(warehouseLocation!.length + 1);
});
afterAll(() => world.close());

test("a customer's table takes objects, whole and in parts, and gives them back", async () => {
  const put = { Bucket: mine, Key: "data/a.parquet", Body: "rows" };
  const { ETag } = await s3.send(new PutObjectCommand(put));
  expect(await s3.send(new HeadObjectCommand(put))).toMatchObject({ ETag, ContentLength: 4 });
  await expect(s3.send(new PutObjectCommand({ ...put, IfNoneMatch: "*" }))).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
  const upload = { Bucket: mine, Key: "data/b.parquet" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const part = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "rows" }));
  expect((await s3.send(new ListPartsCommand({ ...upload, UploadId }))).Parts).toHaveLength(1);
  const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }];
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
  expect(await (await s3.send(new GetObjectCommand(upload))).Body!.transformToString()).toBe("rows");
});

/** What S3 Tables does not serve, on the warehouse of any table. */
const refused = {
  ListObjectsV2: () => s3.send(new ListObjectsV2Command({ Bucket: theirs })),
  HeadBucket: () => s3.send(new HeadBucketCommand({ Bucket: theirs })),
  DeleteObject: () => s3.send(new DeleteObjectCommand({ Bucket: theirs, Key: metadataKey })),
  DeleteObjects: () =>
    s3.send(new DeleteObjectsCommand({ Bucket: theirs, Delete: { Objects: [{ Key: metadataKey }] } })),
  CopyObject: () =>
    s3.send(new CopyObjectCommand({ Bucket: "acme-backups", Key: "copy", CopySource: `${theirs}/${metadataKey}` })),
  UploadPartCopy: async () => {
    const at = { Bucket: mine, Key: "copy" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    await s3.send(new UploadPartCopyCommand({ ...at, UploadId, PartNumber: 1, CopySource: `${mine}/x` }));
  },
};

test.each([
  ["MethodNotAllowed", 405],
  ["AccessDenied", 403],
])("List, Copy, Delete and HeadBucket are refused with %s", async (value, httpStatusCode) => {
  await world.quirk({ "s3tables-object-refusal": value });
  for (const [operation, send] of Object.entries(refused)) {
    await expect(send(), operation).rejects.toMatchObject({ $metadata: { httpStatusCode } });
  }
});

test("the export's objects are read by their account only and written by nobody", async () => {
  const read = { Bucket: theirs, Key: metadataKey };
  expect((await s3.send(new GetObjectCommand(read))).ContentLength).toBeGreaterThan(1000);
  const denied = { name: "AccessDenied" };
  await expect(s3.send(new PutObjectCommand({ ...read, Body: "mine" }))).rejects.toMatchObject(denied);
  await expect(s3.send(new CreateMultipartUploadCommand(read))).rejects.toMatchObject(denied);
  const stranger = new S3Client({ ...world.clientOf("222233334444"), forcePathStyle: true });
  await expect(stranger.send(new GetObjectCommand(read))).rejects.toMatchObject(denied);
});

test("a dropped table's objects are gone", async () => {
  const tables = new S3Tables(world.clientOf(account));
  await tables.deleteTable({ tableBucketARN: arn("restored"), namespace: "copies", name: "asset" });
  await expect(s3.send(new GetObjectCommand({ Bucket: mine, Key: "data/a.parquet" }))).rejects.toMatchObject({
    name: "NoSuchBucket",
  });
});
