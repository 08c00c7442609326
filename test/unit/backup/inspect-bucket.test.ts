import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { destinationFacts, inspectBucket } from "../../../src/backup/index.ts";
import { deniesWriting, expiryOf } from "../../../src/backup/store/bucket-rules.ts";
import { backUp, proveCopy, s3ObjectStore } from "../../../src/backup/index.ts";
import { newTable, request, rows } from "../../support/iceberg-samples.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const region = "us-east-1";
const everybody = { Effect: "Allow", Principal: "*", Action: "s3:*" };
const denial = { Effect: "Deny", Principal: "*", Action: "s3:Put*", Resource: "arn:aws:s3:::read-only/*" };
let world: EmulatorWorld;
let client: S3Client;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [account]: {}, "444455556666": {} },
    buckets: {
      plain: { region, account },
      kept: { region, account, versioning: "Enabled" },
      locked: { region, account, locked: { account, days: 30 }, encryptionRequired: "AES256" },
      expiring: {
        region,
        account,
        lifecycle: [
          { prefix: "catalog/", days: 30 },
          { prefix: "logs/", days: 1 },
        ],
      },
      exposed: {
        region,
        account,
        public: true,
        policy: {
          Version: "2012-10-17",
          Statement: [{ ...everybody, Resource: ["arn:aws:s3:::exposed", "arn:aws:s3:::exposed/*"] }],
        },
      },
      elsewhere: { region: "eu-west-1", account },
      "read-only": { region, account, policy: { Version: "2012-10-17", Statement: [denial] } },
      strangers: {
        region,
        account: "444455556666",
        policy: {
          Version: "2012-10-17",
          Statement: [{ ...everybody, Resource: ["arn:aws:s3:::strangers", "arn:aws:s3:::strangers/*"] }],
        },
      },
      shut: { region, account: "444455556666" },
    },
  });
  client = new S3Client({ ...world.clientOf(account), forcePathStyle: true, followRegionRedirects: true });
});
afterAll(() => world.close());

const inspect = async (uri: string) =>
  destinationFacts(await inspectBucket(client, uri, account), uri, { account, region });
const look = (bucket: string) => inspect(`s3://${bucket}/catalog`);
const usual = {
  exists: true,
  owned: true,
  versioned: false,
  expires: false,
  openToEverybody: false,
  writable: "unknown",
  unknown: [],
};

test.each([
  ["plain", usual],
  ["kept", { ...usual, versioned: true }],
  ["locked", { ...usual, versioned: true }],
  ["expiring", { ...usual, expires: { does: "removes", days: 30 } }],
  ["exposed", { ...usual, openToEverybody: { by: "policy", isCertain: true } }],
  ["elsewhere", usual],
  ["read-only", { ...usual, writable: "denied" }],
  ["strangers", { exists: true, owned: false }],
  ["shut", { exists: true, hidden: true, unknown: expect.arrayContaining(["s3:ListBucket"]) }],
  ["nothing", { exists: false }],
])("the bucket %s is told as it is, by reading alone", async (bucket, facts) => {
  await world.forgetCalls();
  expect(await look(bucket)).toMatchObject({ bucket, prefix: "catalog", ...facts });
  const calls = (await world.calls()).map((call) => call.operation);
  expect(calls.filter((name) => !/^(Head|Get)/.test(name))).toEqual([]);
});

test("rules for what lies beside the backups do not concern them, and the bucket's own encryption is asked of nobody", async () => {
  const denied = { service: "s3", operation: "GetBucketEncryption", when: "before", error: "AccessDenied", times: 1 };
  await world.fault(denied);
  for (const uri of ["s3://expiring", "s3://expiring/cat"]) {
    expect(await inspect(uri)).toMatchObject({
      expires: false,
      unknown: [],
    });
  }
});

test("what may not be read is named with its permission", async () => {
  await world.fault({
    service: "s3",
    operation: "GetBucketLifecycleConfiguration",
    when: "before",
    error: "AccessDenied",
    times: 1,
  });
  const { expires, unknown, versioned } = await look("plain");
  expect({ expires, unknown, versioned }).toEqual({
    expires: undefined,
    unknown: ["s3:GetLifecycleConfiguration"],
    versioned: false,
  });
});

test("a bucket whose own block may not be read is open for all that is known, and one whose policy may not be is not known", async () => {
  const denied = { service: "s3", when: "before", error: "AccessDenied", times: 1 };
  await world.fault({ ...denied, operation: "GetPublicAccessBlock" });
  expect(await look("exposed")).toMatchObject({
    openToEverybody: { by: "policy", isCertain: false },
    unknown: ["s3:GetBucketPublicAccessBlock"],
  });
  await world.fault({ ...denied, operation: "GetPublicAccessBlock" });
  expect(await look("plain")).toMatchObject({ openToEverybody: false, unknown: ["s3:GetBucketPublicAccessBlock"] });
  await world.fault({ ...denied, operation: "GetBucketPolicyStatus" });
  const { openToEverybody, unknown } = await look("exposed");
  expect({ openToEverybody, unknown }).toEqual({ openToEverybody: undefined, unknown: ["s3:GetBucketPolicyStatus"] });
});

test("only rules that concern the prefix count, and the first of them", () => {
  const rule = (more: object) => ({ ID: "r", Status: "Enabled" as const, Filter: { Prefix: "" }, ...more });
  const concerned = (Prefix: string, folder: string) =>
    expiryOf([rule({ Filter: { Prefix }, Expiration: { Days: 1 } })], folder) !== undefined;
  expect(expiryOf([rule({ Expiration: { Days: 9 } }), rule({ ID: "s", Expiration: { Days: 3 } })], "a")).toMatchObject({
    rule: "s",
    days: 3,
  });
  expect(expiryOf([rule({ Transitions: [{ StorageClass: "GLACIER", Days: 1 }] })], "a")).toMatchObject({
    does: "archives",
  });
  expect(expiryOf([rule({ Status: "Disabled", Expiration: { Days: 1 } })], "a")).toBeUndefined();
  expect(expiryOf([rule({ Filter: { Tag: { Key: "k", Value: "v" } }, Expiration: { Days: 1 } })], "a")).toBeUndefined();
  expect(expiryOf([rule({ Filter: { Prefix: "a/b" }, Expiration: { Days: 1 } })], "a")).toBeDefined();
  expect(expiryOf([rule({ Filter: { Prefix: "b" }, Expiration: { Days: 1 } })], "a")).toBeUndefined();
  expect(concerned("sluice-logs/", "sluice/111122223333/us-east-1/")).toBe(false);
  expect(concerned("sluice", "sluice/111122223333/us-east-1/")).toBe(true);
  expect(concerned("sluice/111122223333/us-east-1/catalog", "sluice/111122223333/us-east-1/")).toBe(true);
  expect(concerned("sluice/111122223333/eu-west-1/", "sluice/111122223333/us-east-1/")).toBe(false);
  expect(concerned("logs/", "111122223333/us-east-1/")).toBe(false);
  expect(concerned("1111", "111122223333/us-east-1/")).toBe(true);
  expect(expiryOf([rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })], "a")).toBeUndefined();
});

test("a denial that depends on a condition is no plain denial", () => {
  const isDenied = (more: object) =>
    deniesWriting(JSON.stringify({ Statement: { ...denial, ...more } }), {
      resource: "arn:aws:s3:::read-only/catalog/x",
    });
  expect(isDenied({})).toBe(true);
  expect(isDenied({ Principal: { AWS: "*" } })).toBe(true);
  expect(isDenied({ Principal: { AWS: "arn:aws:iam::111122223333:root" } })).toBe(false);
  expect(isDenied({ Action: undefined, NotAction: "s3:Get*" })).toBe(true);
  expect(isDenied({ Condition: { Null: { "s3:x-amz-server-side-encryption": "true" } } })).toBe(false);
  expect(isDenied({ Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-acme" } } })).toBe(false);
  expect(isDenied({ Resource: "arn:aws:s3:::read-only/other/*" })).toBe(false);
});

test("a denial counts that names the writer, by account, role or condition, and no other's", () => {
  const writer = { account: "111122223333", role: "arn:aws:iam::111122223333:role/Sluice" };
  const isDenied = (more: object) =>
    deniesWriting(JSON.stringify({ Statement: { ...denial, ...more } }), {
      resource: "arn:aws:s3:::read-only/catalog/x",
      writer,
    });
  for (const AWS of [writer.account, "arn:aws:iam::111122223333:root", [writer.role, "999988887777"]]) {
    expect(isDenied({ Principal: { AWS } })).toBe(true);
  }
  expect(isDenied({ Principal: { AWS: ["999988887777", "arn:aws:iam::111122223333:role/Other"] } })).toBe(false);
  const butBy = (role: string) => ({
    Condition: { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/${role}` } },
  });
  expect(isDenied(butBy("Other"))).toBe(true);
  expect(isDenied(butBy("Sl*"))).toBe(false);
});

test("a backup lies in a bucket that locks objects and demands their encryption, and is proven there", async () => {
  const { source, table } = newTable(2);
  await table.commit([await table.data(rows(0, 3, 19_000))]);
  const store = s3ObjectStore(client, { owner: account, encryption: { sseAlgorithm: "AES256" } });
  const asked = {
    ...request(source, source, table.metadataLocation),
    destination: "s3://locked/catalog",
    write: store,
  };
  const receipt = await backUp(asked);
  expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: true, rows: 3 });
  const bare = { ...asked, destination: "s3://locked/bare", write: s3ObjectStore(client, { owner: account }) };
  await expect(backUp(bare)).rejects.toThrow("AccessDenied");
});
