import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const owner = "111122223333";
const other = "222233334444";
let world: EmulatorWorld;

beforeAll(async () => {
  world = await emulatorWorld({
    organization: { id: "o-acme123456", management: owner },
    accounts: { [owner]: {}, [other]: {} },
    buckets: {
      "acme-inventory": { region: "us-east-1", account: owner, policy: "ssm-delivery" },
      "acme-europe": { region: "eu-west-1", account: owner },
    },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const s3Of = (account: string, region?: string, more: object = {}) =>
  new S3Client({ ...world.clientOf(account, region), forcePathStyle: true, maxAttempts: 1, ...more });

test("an account sees its own buckets, with their Regions", async () => {
  const { Buckets } = await s3Of(owner).send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([
    ["acme-europe", "eu-west-1"],
    ["acme-inventory", "us-east-1"],
  ]);
  expect((await s3Of(other).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});

test("a bucket is told by its location, and none by us-east-1", async () => {
  const location = async (region: string, Bucket: string) =>
    (await s3Of(owner, region).send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
  expect(await location("eu-west-1", "acme-europe")).toBe("eu-west-1");
  expect(await location("us-east-1", "acme-inventory")).toBeUndefined();
});

test("a bucket of another Region is answered with a redirect that a client may follow", async () => {
  const head = new HeadBucketCommand({ Bucket: "acme-europe" });
  await expect(s3Of(owner).send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 301 } });
  const following = s3Of(owner, "us-east-1", { followRegionRedirects: true });
  expect((await following.send(head)).BucketRegion).toBe("eu-west-1");
});

test("creating and deleting a bucket meets S3's rules", async () => {
  const s3 = s3Of(owner, "eu-west-1");
  const create = (Bucket: string, client = s3) => client.send(new CreateBucketCommand({ Bucket }));
  await create("acme-new");
  await expect(create("acme-new")).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
  await expect(create("acme-new", s3Of(other))).rejects.toMatchObject({ name: "BucketAlreadyExists" });
  await expect(create("Not_A_Bucket")).rejects.toMatchObject({ name: "InvalidBucketName" });
  await s3.send(new PutObjectCommand({ Bucket: "acme-new", Key: "k", Body: "v" }));
  await expect(s3.send(new DeleteBucketCommand({ Bucket: "acme-new" }))).rejects.toMatchObject({
    name: "BucketNotEmpty",
  });
  await expect(s3.send(new HeadBucketCommand({ Bucket: "never" }))).rejects.toMatchObject({ name: "NotFound" });
});

describe("another account", () => {
  const Bucket = "acme-inventory";
  const put = (account: string, Key = "a/b") => s3Of(account).send(new PutObjectCommand({ Bucket, Key, Body: "v" }));
  const grant = (statement: object) =>
    s3Of(owner).send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/a/*`, ...statement },
          ],
        }),
      }),
    );

  test("may nothing without a statement of the policy", async () => {
    await expect(put(other)).rejects.toMatchObject({ name: "AccessDenied" });
    await put(owner);
    const read = s3Of(other).send(new GetObjectCommand({ Bucket, Key: "a/b" }));
    await expect(read).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test.each([
    ["its root", { Principal: { AWS: `arn:aws:iam::${other}:root` } }],
    ["its number", { Principal: { AWS: other } }],
    ["its user", { Principal: { AWS: `arn:aws:iam::${other}:user/emulator` } }],
    ["its organization", { Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-acme123456" } } }],
  ])("may what a statement allows %s, and there only", async (_name, statement) => {
    await grant(statement);
    await put(other);
    await expect(put(other, "c")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("loses it with the policy", async () => {
    await grant({ Principal: { AWS: other } });
    const s3 = s3Of(owner);
    expect(JSON.parse((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy!)).toMatchObject({
      Statement: [{ Principal: { AWS: other } }],
    });
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(put(other)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: "NoSuchBucketPolicy" });
  });
});

test("a policy that is none is refused", async () => {
  for (const Policy of ["no JSON", "null", "{}", '{"Statement":[null]}', '{"Statement":[{"Effect":"Allow"}]}']) {
    const put = new PutBucketPolicyCommand({ Bucket: "acme-inventory", Policy });
    await expect(s3Of(owner).send(put)).rejects.toMatchObject({ name: "MalformedPolicy" });
  }
});

test("the owner has full control by the bucket's ACL", async () => {
  const acl = await s3Of(owner).send(new GetBucketAclCommand({ Bucket: "acme-inventory" }));
  expect(acl.Grants).toEqual([{ Grantee: { Type: "CanonicalUser", ID: acl.Owner?.ID }, Permission: "FULL_CONTROL" }]);
});

test("without a seed a bucket exists, and takes what Systems Manager delivers, as soon as somebody asks for it or writes to it", async () => {
  const { endpoint, stop } = await startEmulator();
  const s3 = new S3Client({ ...world.clientOf(owner), endpoint, forcePathStyle: true });
  const list = () => s3.send(new ListObjectsV2Command({ Bucket: "anything" }));
  await expect(list()).rejects.toMatchObject({ name: "NoSuchBucket" });
  await s3.send(new PutObjectCommand({ Bucket: "anything", Key: "k", Body: "v" }));
  expect((await list()).KeyCount).toBe(1);
  await s3.send(new HeadBucketCommand({ Bucket: "other" }));
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: "other" }));
  expect(JSON.parse(Policy!).Statement[0].Principal).toEqual({ Service: "ssm.amazonaws.com" });
  await stop();
});
