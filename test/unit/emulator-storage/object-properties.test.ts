import {
  CopyObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const Bucket = "acme";
let world: EmulatorWorld;
let s3: S3Client;

beforeAll(async () => {
  world = await emulatorWorld({ buckets: { [Bucket]: { region: "us-east-1", account: "111122223333" } } });
  s3 = new S3Client({ ...world.clientOf("111122223333"), forcePathStyle: true, maxAttempts: 1 });
});
afterAll(() => world.close());

const properties = { StorageClass: "STANDARD_IA" } as const;

test("the storage class is told wherever S3 tells it", async () => {
  const at = { Bucket, Key: "object" };
  await s3.send(new PutObjectCommand({ ...at, ...properties, Body: "x" }));
  expect(await s3.send(new GetObjectCommand(at))).toMatchObject(properties);
  expect(await s3.send(new HeadObjectCommand(at))).toMatchObject(properties);
  const { StorageClass } = properties;
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents).toMatchObject([{ Key: "object", StorageClass }]);
  const attributes = new GetObjectAttributesCommand({ ...at, ObjectAttributes: ["StorageClass"] });
  expect(await s3.send(attributes)).toMatchObject({ StorageClass });
});

test("a copy has its own storage class, also where it keeps the source's metadata", async () => {
  const source = { Bucket, Key: "source", Body: "x", ContentLanguage: "de", Metadata: { a: "b" } };
  await s3.send(new PutObjectCommand({ ...source, ...properties }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/source` }));
  const copy = await s3.send(new HeadObjectCommand({ Bucket, Key: "copy" }));
  expect(copy).toMatchObject({ ContentLanguage: "de", Metadata: { a: "b" } });
  expect(copy.StorageClass).toBeUndefined();
});
