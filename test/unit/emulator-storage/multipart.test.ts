import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { crc32Form } from "../../../src/emulator/protocol/crc.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const Bucket = "acme-backups";
const Key = "copy/data.parquet";
const first = randomBytes(5 * 1024 * 1024);
const second = randomBytes(1000);
const whole = Buffer.concat([first, second]);
let world: EmulatorWorld;
let s3: S3Client;

beforeAll(async () => {
  world = await emulatorWorld({ buckets: { [Bucket]: { region: "us-east-1", account: "111122223333" } } });
  s3 = new S3Client({ ...world.clientOf("111122223333"), forcePathStyle: true, maxAttempts: 1 });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

async function begin(more: object = {}): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId!;
}

async function upload(UploadId: string, PartNumber: number, Body: Buffer, more: object = {}): Promise<CompletedPart> {
  const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
  return { PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32, ChecksumSHA256: part.ChecksumSHA256 };
}

const complete = (UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));

test("the parts make one object with the metadata given at the start", async () => {
  const id = await begin({ Metadata: { source: "table" }, ContentType: "application/x-parquet" });
  const parts = [await upload(id, 1, first), await upload(id, 2, second)];
  const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId: id }));
  expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, first.length],
    [2, second.length],
  ]);
  const { ETag } = await complete(id, parts);
  const digests = [first, second].map((part) => createHash("md5").update(part).digest());
  expect(ETag).toBe(`"${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-2"`);
  const read = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(read).toMatchObject({ Metadata: { source: "table" }, ContentType: "application/x-parquet" });
  expect(Buffer.compare(await read.Body!.transformToByteArray(), whole)).toBe(0);
  const across = await s3.send(
    new GetObjectCommand({ Bucket, Key, Range: `bytes=${first.length - 3}-${first.length + 2}` }),
  );
  expect(Buffer.from(await across.Body!.transformToByteArray())).toEqual(
    whole.subarray(first.length - 3, first.length + 3),
  );
  const part = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(part).toMatchObject({ PartsCount: 2, ContentLength: second.length });
  await expect(complete(id, parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("a full object checksum is that of the joined parts", async () => {
  const id = await begin({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const parts = [await upload(id, 1, first), await upload(id, 2, second)];
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(Number(crc32Form.extend(0n, whole)));
  await expect(complete(id, parts, { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ name: "BadDigest" });
  expect(await complete(id, parts, { ChecksumCRC32: sum.toString("base64") })).toMatchObject({
    ChecksumCRC32: sum.toString("base64"),
    ChecksumType: "FULL_OBJECT",
  });
});

test("a composite checksum is that of the parts' checksums, and each must be told", async () => {
  const id = await begin({ ChecksumAlgorithm: "SHA256" });
  const more = { ChecksumAlgorithm: "SHA256" };
  const parts = [await upload(id, 1, first, more), await upload(id, 2, second, more)];
  const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
  await expect(complete(id, bare)).rejects.toMatchObject({ name: "InvalidRequest" });
  const sums = [first, second].map((part) => createHash("sha256").update(part).digest());
  const composite = createHash("sha256").update(Buffer.concat(sums)).digest("base64");
  expect(await complete(id, parts)).toMatchObject({ ChecksumSHA256: `${composite}-2`, ChecksumType: "COMPOSITE" });
});

test("a part with another algorithm than the upload's is refused", async () => {
  const id = await begin({ ChecksumAlgorithm: "SHA256" });
  await expect(upload(id, 1, second, { ChecksumAlgorithm: "CRC32" })).rejects.toMatchObject({
    name: "InvalidRequest",
    message: expect.stringContaining("expected checksum Type: sha256, actual checksum Type: crc32"),
  });
});

test("parts that are missing, small or out of order are refused, and the upload stays", async () => {
  const id = await begin();
  const parts = [await upload(id, 1, second), await upload(id, 2, second)];
  await expect(complete(id, [{ ...parts[0], ETag: '"00000000000000000000000000000000"' }])).rejects.toMatchObject({
    name: "InvalidPart",
  });
  await expect(complete(id, parts)).rejects.toMatchObject({ name: "EntityTooSmall" });
  await expect(complete(id, parts.toReversed())).rejects.toMatchObject({ name: "InvalidPartOrder" });
  await complete(id, [parts[1]!]);
});

test("a multipart upload completes only where nothing came before it, if that was asked", async () => {
  const id = await begin();
  const part = await upload(id, 1, second);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "faster" }));
  await expect(complete(id, [part], { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
});

test("parts are copied from ranges of objects", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: whole }));
  const id = await begin();
  const range = { CopySource: `${Bucket}/source`, CopySourceRange: `bytes=0-${first.length - 1}` };
  const copied = await s3.send(new UploadPartCopyCommand({ Bucket, Key, UploadId: id, PartNumber: 1, ...range }));
  const one = { PartNumber: 1, ETag: copied.CopyPartResult?.ETag, ChecksumCRC32: copied.CopyPartResult?.ChecksumCRC32 };
  await complete(id, [one, await upload(id, 2, second)]);
  const read = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.compare(await read.Body!.transformToByteArray(), whole)).toBe(0);
});

test("an aborted upload is gone", async () => {
  const id = await begin();
  await upload(id, 1, second);
  const before = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(before.Uploads?.map(({ UploadId }) => UploadId)).toEqual([id]);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
  await expect(upload(id, 2, second)).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("a listing of uploads pages through several on one key", async () => {
  const begun = [await begin(), await begin(), await begin()];
  const seen: string[] = [];
  let marker: object = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...marker }));
    seen.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId!));
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(seen.toSorted()).toEqual(begun.toSorted());
});

test.each([
  ["PutObject", ""],
  ["UploadPart", "?partNumber=1&uploadId="],
])("%s refuses more than 5 GiB in one request, before they have come", async (_operation, query) => {
  const path = `/${Bucket}/${Key}${query && query + (await begin())}`;
  const headers = {
    authorization:
      "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
    "content-length": 5 * 2 ** 30 + 1,
  };
  const sent = request(new URL(path, world.endpoint), { method: "PUT", headers });
  sent.flushHeaders();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const text = await new Response(answer as unknown as ReadableStream).text();
  sent.destroy();
  expect([answer.statusCode, text]).toEqual([400, expect.stringContaining("<Code>EntityTooLarge</Code>")]);
  expect(text).toContain("<MaxSizeAllowed>5368709120</MaxSizeAllowed>");
});
