import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const Bucket = "acme-backups";
let world: EmulatorWorld;
let s3: S3Client;

beforeAll(async () => {
  world = await emulatorWorld({ buckets: { [Bucket]: { region: "us-east-1", account: "111122223333" } } });
  s3 = new S3Client({ ...world.clientOf("111122223333"), forcePathStyle: true, maxAttempts: 1 });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: await answer.Body!.transformToString() };
};

test("an object comes back with its headers, metadata and tags", async () => {
  const Key = "a folder/ünïcode+&.txt";
  await put(Key, "hello", {
    ContentType: "text/plain",
    CacheControl: "no-store",
    Metadata: { "src-etag": "abc" },
    Tagging: "team=data&env=prod",
  });
  const read = await get(Key);
  expect(read).toMatchObject({
    text: "hello",
    ContentLength: 5,
    ContentType: "text/plain",
    CacheControl: "no-store",
    Metadata: { "src-etag": "abc" },
    TagCount: 2,
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
  });
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentLength: 5, ETag: read.ETag });
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  expect(tags.TagSet).toEqual([
    { Key: "team", Value: "data" },
    { Key: "env", Value: "prod" },
  ]);
});

test("a stream of unknown chunks is stored without its framing", async () => {
  const bytes = randomBytes(3_000_000);
  const Body = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000, 1_500_000), bytes.subarray(1_500_000)]);
  await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: bytes.length }));
  const { Body: read } = await s3.send(new GetObjectCommand({ Bucket, Key: "stream" }));
  expect(Buffer.compare(await read!.transformToByteArray(), bytes)).toBe(0);
});

describe("checksums", () => {
  test.each(["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"] satisfies ChecksumAlgorithm[])(
    "%s is verified, kept and echoed",
    async (ChecksumAlgorithm) => {
      const stored = await put("sum", "hello", { ChecksumAlgorithm });
      const field = `Checksum${ChecksumAlgorithm}` as const;
      expect(stored[field]).toEqual(expect.any(String));
      expect(await get("sum", { ChecksumMode: "ENABLED" })).toMatchObject({ [field]: stored[field] });
      await expect(put("sum", "hallo", { [field]: stored[field] })).rejects.toMatchObject({ name: "BadDigest" });
      expect((await get("sum")).text).toBe("hello");
    },
  );

  test("a wrong Content-MD5 stores nothing", async () => {
    await expect(put("md5", "hello", { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" })).rejects.toMatchObject({
      name: "BadDigest",
    });
    await expect(get("md5")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("a body other than the signed hash stores nothing", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = {
        authorization: "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/s3/aws4_request",
        "x-amz-content-sha256": "0".repeat(64),
      };
      const sent = request(`${world.endpoint}/${Bucket}/signed`, { method: "PUT", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject);
      sent.end("hello");
    });
    expect(status).toBe(400);
    await expect(get("signed")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

test("ranges give the bytes asked for, a suffix among them", async () => {
  await put("digits", "0123456789");
  expect(await get("digits", { Range: "bytes=2-4" })).toMatchObject({ text: "234", ContentRange: "bytes 2-4/10" });
  expect(await get("digits", { Range: "bytes=7-" })).toMatchObject({ text: "789", ContentRange: "bytes 7-9/10" });
  expect(await get("digits", { Range: "bytes=-3" })).toMatchObject({ text: "789", ContentLength: 3 });
  expect(await get("digits", { Range: "bytes=8-99" })).toMatchObject({ text: "89" });
  expect(await get("digits", { Range: "lines=1-2" })).toMatchObject({ text: "0123456789" });
  await expect(get("digits", { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
});

test("conditions hold for reads and writes", async () => {
  const { ETag } = await put("once", "1", { IfNoneMatch: "*" });
  await expect(put("once", "2", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(put("once", "2", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(put("never", "2", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
  expect((await get("once", { IfMatch: ETag })).text).toBe("1");
  await expect(get("once", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(get("once", { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  const past = new Date(Date.now() - 60_000);
  const future = new Date(Date.now() + 60_000);
  expect((await get("once", { IfModifiedSince: past, IfUnmodifiedSince: future })).text).toBe("1");
  await expect(get("once", { IfModifiedSince: future })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await expect(get("once", { IfUnmodifiedSince: past })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await put("once", "2", { IfMatch: ETag });
  expect((await get("once")).text).toBe("2");
});

test("a copy has the checksum that is asked for, else that of its source", async () => {
  const { ChecksumSHA256 } = await put("other", "hello", { ChecksumAlgorithm: "SHA256" });
  const { ChecksumCRC32C } = await put("summed", "hello", { ChecksumAlgorithm: "CRC32C" });
  const copied = (given: object) =>
    s3.send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/summed`, ...given }));
  expect((await copied({})).CopyObjectResult).toMatchObject({ ChecksumCRC32C });
  expect((await copied({ ChecksumAlgorithm: "SHA256" })).CopyObjectResult).toMatchObject({ ChecksumSHA256 });
});

test("a copy keeps or replaces metadata, and never copies onto itself for nothing", async () => {
  await put("from", "hello", { Metadata: { a: "1" } });
  const CopySource = `${Bucket}/from`;
  await s3.send(new CopyObjectCommand({ Bucket, Key: "kept", CopySource }));
  expect(await get("kept")).toMatchObject({ text: "hello", Metadata: { a: "1" } });
  const replaced = { CopySource, MetadataDirective: "REPLACE" as const, Metadata: { b: "2" } };
  await s3.send(new CopyObjectCommand({ Bucket, Key: "replaced", ...replaced }));
  expect((await get("replaced")).Metadata).toEqual({ b: "2" });
  await expect(s3.send(new CopyObjectCommand({ Bucket, Key: "from", CopySource }))).rejects.toMatchObject({
    name: "InvalidRequest",
  });
  const elsewhere = { Bucket, Key: "x", CopySource, CopySourceIfMatch: '"other"' };
  await expect(s3.send(new CopyObjectCommand(elsewhere))).rejects.toMatchObject({ name: "PreconditionFailed" });
});

test("a listing pages through keys in the order of their bytes, folders folded", async () => {
  for (const key of ["b/1", "b/2", "a", "é", "c/d/1", "z"]) await put(key, "-");
  const pages: string[][] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Delimiter: "/" })) {
    pages.push([
      ...(page.Contents ?? []).map((entry) => entry.Key!),
      ...(page.CommonPrefixes ?? []).map((entry) => entry.Prefix!),
    ]);
  }
  expect(pages).toEqual([["a", "b/"], ["z", "c/"], ["é"]]);
  const old = await s3.send(new ListObjectsCommand({ Bucket, Prefix: "b/", Marker: "b/1" }));
  expect(old.Contents?.map((entry) => entry.Key)).toEqual(["b/2"]);
});

test("deleting what is absent succeeds, alone or among others", async () => {
  await put("a", "1");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "absent" }));
  const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } }));
  expect(answer.Deleted).toEqual([{ Key: "a" }, { Key: "b" }]);
  await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("an injected wrong checksum of the answer is found by the SDK", async () => {
  await put("true", "hello");
  await world.fault({ service: "s3", operation: "GetObject", when: "after", error: "wrong-checksum" });
  await expect(get("true")).rejects.toThrow(/[Cc]hecksum/);
  expect((await get("true")).text).toBe("hello");
});

test.each([
  ["a plain body", "hello", {}],
  ["chunks", Readable.from(["he", "llo"]), { ContentLength: 5 }],
])("a byte that flips on the way in %s is a bad digest, and nothing is stored", async (_, Body, more) => {
  await world.fault({ service: "s3", operation: "PutObject", when: "before", error: "wrong-checksum" });
  const settings = { ...world.clientOf("111122223333"), forcePathStyle: true, maxAttempts: 1 };
  const sending = new S3Client(settings).send(new PutObjectCommand({ Bucket, Key: "spoiled", Body, ...more }));
  await expect(sending).rejects.toMatchObject({
    name: expect.stringMatching(/^(BadDigest|XAmzContentSHA256Mismatch)$/),
  });
  await expect(get("spoiled")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("an object of 64 MiB passes through without weighing on memory", { timeout: 60_000 }, async () => {
  // In a process of its own: what other tests leave to be collected is not this one's.
  const file = path.join(import.meta.dirname, "big-object.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  const { megabytes, peak } = JSON.parse(stdout) as { megabytes: number; peak: number };
  expect(megabytes).toBe(64);
  expect(peak).toBeLessThan(96);
});
