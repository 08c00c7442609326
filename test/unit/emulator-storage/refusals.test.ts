import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

/** Requests that S3 refuses, as clients that check nothing send them. */

const account = "111122223333";
const kmsKey = `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
let world: EmulatorWorld;

beforeAll(async () => {
  world = await emulatorWorld({ buckets: { acme: { region: "us-east-1", account } } });
  await send("PUT", "/acme/key", {}, "0123456789");
});
afterAll(() => world.close());

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array) {
  const Authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/s3/aws4_request`;
  const response = await fetch(world.endpoint + path, {
    method,
    headers: { Authorization, ...headers },
    ...(body !== undefined && { body: body as RequestInit["body"] }),
  });
  const text = await response.text();
  return `${response.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text}`;
}

test.each([
  ["?response-content-type=%0D%0Ax:y", "400 InvalidArgument"],
  ["?response-cache-control=%E2%82%AC", "400 InvalidArgument"],
  ["?response-content-language=%C3%BC", "200 0123456789"],
  ["?versionId=other", "400 InvalidArgument"],
  ["?versionId=null", "200 0123456789"],
  ["?attributes", "400 InvalidArgument"],
  ["?max-parts=1", "400 InvalidArgument"],
])("GetObject %s is answered %s", async (query, expected) => {
  expect(await send("GET", `/acme/key${query}`)).toBe(expected);
});

test.each<[string, Record<string, string>, string]>([
  ["a hash that is none", { "x-amz-content-sha256": "garbage" }, "400 InvalidArgument"],
  ["a KMS key without its algorithm", { "x-amz-server-side-encryption-aws-kms-key-id": kmsKey }, "400 InvalidArgument"],
  ["the client's own key", { "x-amz-server-side-encryption-customer-algorithm": "AES256" }, "400 InvalidRequest"],
  ["a lock", { "x-amz-object-lock-legal-hold": "ON" }, "400 InvalidRequest"],
  ["an offset", { "x-amz-write-offset-bytes": "0" }, "400 InvalidRequest"],
  ["a checksum that nobody computes", { "x-amz-checksum-xxhash64": "AAAAAAAAAAA=" }, "400 InvalidRequest"],
  ["a redirect that nobody follows", { "x-amz-website-redirect-location": "/there" }, "400 InvalidRequest"],
  ["another owner of the bucket", { "x-amz-expected-bucket-owner": "444455556666" }, "403 AccessDenied"],
  ["an owner that is no account", { "x-amz-expected-bucket-owner": "me" }, "400 InvalidBucketOwnerAWSAccountID"],
  [
    "another owner of the source",
    { "x-amz-copy-source": "acme/key", "x-amz-source-expected-bucket-owner": "444455556666" },
    "403 AccessDenied",
  ],
  ["a source's version", { "x-amz-copy-source": "acme/key?versionId=other" }, "400 InvalidArgument"],
])("PutObject with %s is refused and leaves nothing", async (_what, headers, expected) => {
  expect(await send("PUT", "/acme/new", headers, "body")).toBe(expected);
  expect(await send("GET", "/acme/new")).toBe("404 NoSuchKey");
});

test("who does not sign, or signs as nobody does any more, is denied", async () => {
  expect(await send("GET", "/acme/key", { Authorization: "AWS 111122223333:x" })).toBe("403 AccessDenied");
  expect(await send("GET", "/acme/key", { Authorization: "" })).toBe("403 AccessDenied");
});

test("a part without its number or upload is no object", async () => {
  expect(await send("PUT", "/acme/new?partNumber=1", {}, "body")).toBe("400 InvalidArgument");
  expect(await send("PUT", "/acme/new?uploadId=1", {}, "body")).toBe("400 InvalidArgument");
  expect(await send("GET", "/acme/new")).toBe("404 NoSuchKey");
});

test("pages have a size and a beginning", async () => {
  expect(await send("GET", "/acme?max-keys=2147483648")).toBe("400 InvalidArgument");
  expect(await send("GET", "/?continuation-token=none")).toBe("400 InvalidArgument");
});

const deletion = (inner: string) => `<Delete><Object>${inner}</Object></Delete>`;

test.each<[string, string | Uint8Array]>([
  ["a control character", deletion("<Key>\u0001</Key>")],
  ["one by its number", deletion("<Key>&#x1;</Key>")],
  ["bytes that are not UTF-8", Buffer.from(deletion("<Key>\xff</Key>"), "latin1")],
  ["text for a number", deletion("<Key>key</Key><Size>large</Size>")],
  ["text for a boolean", `<Delete><Quiet>perhaps</Quiet>${deletion("<Key>key</Key>").slice(8)}`],
])("%s is malformed XML", async (_what, body) => {
  expect(await send("POST", "/acme?delete", {}, body)).toBe("400 MalformedXML");
  expect(await send("GET", "/acme/key")).toBe("200 0123456789");
});

test("a document has to match its digests", async () => {
  const body = deletion("<Key>key</Key>");
  expect(await send("POST", "/acme?delete", { "content-md5": "AAAA" }, body)).toBe("400 BadDigest");
  expect(await send("PUT", "/acme?policy", { "content-md5": "AAAA" }, "{}")).toBe("400 BadDigest");
  expect(await send("POST", "/acme?delete", { "x-amz-checksum-crc32": "AAAAAA==" }, body)).toBe("400 BadDigest");
  expect(await send("GET", "/acme/key")).toBe("200 0123456789");
});

test("objects are deleted on their conditions, each by itself", async () => {
  await send("PUT", "/acme/other", {}, "x");
  const body =
    '<Delete><Object><Key>key</Key><ETag>"stale"</ETag></Object><Object><Key>key</Key><VersionId>v</VersionId></Object><Object><Key>other</Key></Object></Delete>';
  expect(await send("POST", "/acme?delete", {}, body)).toBe("200 PreconditionFailed");
  expect(await send("GET", "/acme/key")).toBe("200 0123456789");
  expect(await send("GET", "/acme/other")).toBe("404 NoSuchKey");
});

test.each([
  ["too long", { Version: "2012-10-17", Statement: [], Id: "x".repeat(20_480) }],
  ["of unknown elements", { Version: "2012-10-17", Statement: [], Other: [] }],
  ["without a version that is text", { Version: { "2012-10-17": true }, Statement: [] }],
])("a policy %s is malformed", async (_what, policy) => {
  expect(await send("PUT", "/acme?policy", {}, JSON.stringify(policy))).toBe("400 MalformedPolicy");
});

test("an operator or key that every JavaScript object has fulfils no condition", async () => {
  const Condition = { constructor: { "aws:PrincipalAccount": "444455556666" } };
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };
  const as = (Authorization: string) => ({ Authorization });
  const stranger = as("AWS4-HMAC-SHA256 Credential=444455556666/20260101/us-east-1/s3/aws4_request");
  await send("PUT", "/acme?policy", {}, JSON.stringify({ Statement: [{ ...statement, Condition }] }));
  expect(await send("GET", "/acme/key", stranger)).toBe("403 AccessDenied");
  await send("PUT", "/acme?policy", {}, JSON.stringify({ Statement: [statement] }));
  expect(await send("GET", "/acme/key", stranger)).toBe("200 0123456789");
  await send("DELETE", "/acme?policy");
});
