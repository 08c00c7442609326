import { createHash } from "node:crypto";
import { DeleteObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crc32Of } from "../../../src/backup/store/checksum.ts";
import {
  backUp,
  BucketAbsent,
  ObjectAbsent,
  ObjectChanged,
  ObjectExists,
  OtherEncryption,
  s3ObjectStore,
  updateObject,
  verify,
} from "../../../src/backup/index.ts";
import type { ListedObject, ObjectStore } from "../../../src/backup/index.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { newTable, request, rows } from "../../support/iceberg-samples.ts";

const bucket = "s3://acme-backups";
let emulator: Emulator;
let store: ObjectStore;
let client: S3Client;
const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

beforeAll(async () => {
  emulator = await startEmulator({
    seed: { buckets: { "acme-backups": { region: "us-east-1", account: "111122223333" } }, keys: { [key]: {} } },
  });
  const credentials = { accessKeyId: "111122223333", secretAccessKey: "x" };
  client = new S3Client({ endpoint: emulator.endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  store = s3ObjectStore(client);
});
afterAll(() => emulator.stop());

test("an absent object is a value to head and an error to get", async () => {
  expect(await store.head(`${bucket}/none`)).toBeUndefined();
  await expect(store.get(`${bucket}/none`)).rejects.toThrow(ObjectAbsent);
});

test("an object comes back with size, metadata and checksum, whole or in ranges, under any key", async () => {
  const uri = `${bucket}/day=2026-11-22/a b+c&d=é%20/x`;
  const body = Buffer.from("hello world");
  await store.put(uri, body, { metadata: { "source-etag": "abc" } });
  expect(await store.head(uri)).toMatchObject({ size: 11, metadata: { "source-etag": "abc" }, crc32: crc32Of(body) });
  expect(Buffer.from(await store.get(uri)).toString()).toBe("hello world");
  expect(Buffer.from(await store.get(uri, { start: 6, end: 9 })).toString()).toBe("wor");
  expect(await store.get(uri, { start: 3, end: 3 })).toHaveLength(0);
});

test("what was put with if-none-match is never written again", async () => {
  await store.put(`${bucket}/once`, Buffer.from("1"), { ifNoneMatch: true });
  await expect(store.put(`${bucket}/once`, Buffer.from("2"), { ifNoneMatch: true })).rejects.toThrow(ObjectExists);
  expect(Buffer.from(await store.get(`${bucket}/once`)).toString()).toBe("1");
});

test("what was read with its ETag is written over as long as nobody else has, and nothing is made of what is gone", async () => {
  const uri = `${bucket}/shared`;
  await store.put(uri, Buffer.from("1"));
  const read = await store.getWithEtag(uri);
  expect(Buffer.from(read.body).toString()).toBe("1");
  await store.put(uri, Buffer.from("2"), { ifMatch: read.etag });
  await expect(store.put(uri, Buffer.from("3"), { ifMatch: read.etag })).rejects.toThrow(ObjectChanged);
  expect(Buffer.from(await store.get(uri)).toString()).toBe("2");
  await expect(store.put(`${bucket}/never`, Buffer.from("3"), { ifMatch: read.etag })).rejects.toThrow(ObjectChanged);
  await expect(store.getWithEtag(`${bucket}/never`)).rejects.toThrow(ObjectAbsent);
  await expect(store.put("s3://no-such/x", Buffer.from("3"), { ifMatch: read.etag })).rejects.toThrow(BucketAbsent);
});

test("of runs that change one object at once, none undoes what another did", async () => {
  const uri = `${bucket}/counted`;
  const lines = (body: Uint8Array | undefined) => (body ? Buffer.from(body).toString().split("\n") : []);
  const add = (line: string) => updateObject(store, uri, (body) => Buffer.from([...lines(body), line].join("\n")));
  const all = ["a", "b", "c", "d", "e"];
  await Promise.all(all.map(add));
  expect(lines(await store.get(uri)).toSorted()).toEqual(all);
});

test("an object that was replaced since it was looked at is not read", async () => {
  await store.put(`${bucket}/moving`, Buffer.from("1"));
  const { etag } = (await store.head(`${bucket}/moving`))!;
  await store.put(`${bucket}/moving`, Buffer.from("2"));
  await expect(store.get(`${bucket}/moving`, undefined, etag)).rejects.toThrow(ObjectChanged);
});

test("an answer that breaks off is asked for again", async () => {
  await store.put(`${bucket}/broken`, Buffer.alloc(100_000, 1));
  const rule = { service: "s3", operation: "GetObject", when: "after", error: "truncate", times: 5 };
  await fetch(`${emulator.endpoint}/_emulator/faults`, { method: "POST", body: JSON.stringify([rule]) });
  await fetch(`${emulator.endpoint}/_emulator/calls`, { method: "DELETE" });
  expect(await store.get(`${bucket}/broken`)).toHaveLength(100_000);
  expect(await (await fetch(`${emulator.endpoint}/_emulator/calls`)).json()).toHaveLength(6);
});

test("a bucket that is not there is an error of its own, never an absent object", async () => {
  const absent = "there is no bucket nobody. Create it first";
  await expect(store.put("s3://nobody/x", Buffer.from("1"))).rejects.toThrow(`Cannot write s3://nobody/x: ${absent}`);
  await expect(store.get("s3://nobody/x")).rejects.toThrow(BucketAbsent);
  await expect(store.head("s3://nobody/x")).rejects.toThrow(`Cannot read s3://nobody/x: ${absent}`);
  await expect(listed(store.list("s3://nobody/x/"))).rejects.toThrow(BucketAbsent);
});

test("another account's bucket is neither read nor written", async () => {
  await store.put(`${bucket}/ours`, Buffer.from("1"));
  const expecting = s3ObjectStore(client, { owner: "999988887777" });
  await expect(expecting.put(`${bucket}/theirs`, Buffer.from("1"))).rejects.toThrow("AccessDenied");
  await expect(expecting.get(`${bucket}/ours`)).rejects.toThrow("AccessDenied");
  await expect(expecting.head(`${bucket}/ours`)).rejects.toThrow("expected to own acme-backups");
  await expect(listed(expecting.list(`${bucket}/`))).rejects.toThrow("AccessDenied");
  await expect(expecting.upload(`${bucket}/theirs`)).rejects.toThrow("AccessDenied");
  expect(await store.head(`${bucket}/theirs`)).toBeUndefined();
});

test("objects are listed over all pages, with their sizes, ETags and times, and nothing beside the prefix", async () => {
  const names = Array.from({ length: 1_003 }, (_, index) => `${bucket}/many/${String(index).padStart(4, "0")}`);
  for (const name of names) await store.put(name, Buffer.from("12"));
  await store.put(`${bucket}/many-others`, Buffer.from("1"));
  const etag = `"${createHash("md5").update("12").digest("hex")}"`;
  expect(await listed(store.list(`${bucket}/many/`))).toEqual(
    names.map((uri) => ({ uri, size: 2, etag, modified: expect.any(Date) })),
  );
});

test.each([
  [{ sseAlgorithm: "AES256" }, { ServerSideEncryption: "AES256" }],
  [
    { sseAlgorithm: "aws:kms", kmsKeyArn: key },
    { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key },
  ],
] as const)("what is written with the encryption %j says so, in one request or in parts", async (encryption, told) => {
  const [one, inParts] = [`sealed-${encryption.sseAlgorithm}`, `parts-${encryption.sseAlgorithm}`];
  const encrypting = s3ObjectStore(client, { owner: "111122223333", encryption });
  await encrypting.put(`${bucket}/${one}`, Buffer.from("1"));
  const upload = await encrypting.upload(`${bucket}/${inParts}`);
  await upload.part(1, Buffer.from("1"));
  await upload.complete(1, crc32Of(Buffer.from("1")));
  for (const Key of [one, inParts]) {
    expect(await client.send(new HeadObjectCommand({ Bucket: "acme-backups", Key }))).toMatchObject(told);
  }
});

test("a file of several parts is copied with one checksum over all, and verified", async () => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 3, 19_000));
  // Bytes before the first row group are nobody's, so this is a large Parquet file.
  const body = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(20_000_000, 7), source.bytes(file.path)]);
  source.objects.set(file.path, { body, metadata: {} });
  await table.commit([{ ...file, size: body.length }]);
  const version = request(source, source, table.metadataLocation);
  const receipt = await backUp({ ...version, destination: `${bucket}/large`, write: store });
  expect(receipt).toMatchObject({ rows: 3, snapshots: 1 });
  expect(await verify({ receipt, store })).toMatchObject({ ok: true, rows: 3 });
  const copied = `${receipt.destination.location}${file.path.slice(table.location.length)}`;
  expect(await store.head(copied)).toMatchObject({ size: body.length, crc32: crc32Of(body) });
});

describe("with table.backupKey set after a run broke off,", () => {
  const bare = () => s3ObjectStore(client, { encryption: { sseAlgorithm: "AES256" } });
  const sealing = () => s3ObjectStore(client, { encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: key } });
  const parts = [Buffer.alloc(5 * 2 ** 20, 1), Buffer.from("2")];
  const whole = Buffer.concat(parts);
  const sent = async () => {
    const calls = (await (await fetch(`${emulator.endpoint}/_emulator/calls`)).json()) as { operation: string }[];
    return calls.map((call) => call.operation);
  };

  test.each([
    ["another encryption is not taken up", bare, ["CreateMultipartUpload", "UploadPart", "UploadPart", "UploadPart"]],
    ["the same encryption is taken up, and one part sent again", sealing, ["UploadPart"]],
  ])("an upload that was begun with %s", async (name, former, wanted) => {
    const uri = `${bucket}/${name}`;
    const broken = await former().upload(uri);
    for (const [index, body] of parts.entries()) await broken.part(index + 1, body);
    await fetch(`${emulator.endpoint}/_emulator/calls`, { method: "DELETE" });
    const upload = await sealing().upload(uri);
    await Promise.all(parts.map((body, index) => upload.part(index + 1, body)));
    expect((await sent()).filter((operation) => /^(Create|UploadPart)/.test(operation)).toSorted()).toEqual(wanted);
    await upload.complete(whole.length, crc32Of(whole));
    const told = await client.send(new HeadObjectCommand({ Bucket: "acme-backups", Key: name }));
    expect(told).toMatchObject({ ContentLength: whole.length, SSEKMSKeyId: key });
  });

  test.each(["data/", "receipt.json"])("a copy is refused that has %s of the former key", async (kept) => {
    const { source, table } = newTable(2);
    await table.commit([await table.data(rows(0, 3, 19_000))]);
    const asked = { ...request(source, source, table.metadataLocation), destination: `${bucket}/former-${kept}` };
    const { destination } = await backUp({ ...asked, write: bare() });
    for (const { uri } of await listed(store.list(destination.location))) {
      const Key = uri.slice(`${bucket}/`.length);
      if (!uri.includes(kept)) await client.send(new DeleteObjectCommand({ Bucket: "acme-backups", Key }));
    }
    const attempt = backUp({ ...asked, write: sealing() });
    await expect(attempt).rejects.toThrow(OtherEncryption);
    await expect(attempt).rejects.toThrow(`AES256, not with aws:kms ${key}`);
    await expect(attempt).rejects.toThrow(
      `Move ${destination.location} away and run again, or set the former key back`,
    );
  });
});

async function listed(objects: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}
