import { expect, test } from "vitest";
import { deliveryFindings } from "../../../providers/sync/delivery-preflight.ts";
import type { Finding } from "../../../providers/lifecycle/finding.ts";
import type { Work } from "../../../providers/lifecycle/lifecycle.ts";
import type { SyncSettings } from "../../../providers/settings/sync-settings.ts";

const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const desired = {
  account: "111122223333",
  region: "us-east-1",
  syncName: "inventory",
  s3Destination: { bucketName: "acme", region: "us-east-1", prefix: "ssm", awsKmsKeyArn: key },
} as SyncSettings;
const ssm = { Effect: "Allow", Principal: { Service: "ssm.amazonaws.com" } };
const write = { ...ssm, Action: "s3:PutObject", Resource: "arn:aws:s3:::acme/*" };
const encrypt = { ...ssm, Action: "kms:GenerateDataKey", Resource: "*" };

/** What is found where the bucket and the key have these policies, for an account whose organization may not be looked at. */
async function findingsFor(ofBucket: object, ofKey: object): Promise<Finding[]> {
  const facts = (statement: object) => ({ exists: true, policy: JSON.stringify({ Statement: [statement].flat() }) });
  const share = (name: string) => Promise.resolve(facts(name.startsWith("key") ? ofKey : ofBucket));
  const refusal = Object.assign(new Error("No."), { name: "AccessDeniedException" });
  const clients = { organizations: { send: () => Promise.reject(refusal) } };
  return deliveryFindings(desired, { share, clients } as unknown as Work);
}

/** The codes of what is found. */
async function found(ofBucket: object, ofKey: object): Promise<string[]> {
  return (await findingsFor(ofBucket, ofKey)).map(({ code }) => code);
}

test("policies that let SSM deliver are not found fault with, and those that do not are", async () => {
  expect(await found(write, encrypt)).toEqual([]);
  expect(await found({ ...write, Resource: "arn:aws:s3:::acme/other/*" }, encrypt)).toEqual(["bucket-policy"]);
  expect(await found(write, { ...encrypt, Action: "kms:Decrypt" })).toEqual(["key-policy"]);
});

test.each([
  { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
  { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme*" } },
])("a key policy with %j is not found fault with", async (Condition) => {
  expect(await found(write, { ...encrypt, Condition })).toEqual([]);
});

test("a bucket policy with a variable in its resource is not found fault with", async () => {
  const own = "arn:aws:s3:::acme/ssm/AWS:InstanceInformation/accountid=${aws:SourceAccount}/*";
  expect(await found({ ...write, Resource: own }, encrypt)).toEqual([]);
});

test("a bucket policy that rests on what only AWS can judge is told, and keeps nothing from being made", async () => {
  const inOffice = { ...write, Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } };
  expect(await findingsFor(inOffice, encrypt)).toMatchObject([
    {
      code: "unknown",
      severity: "warning",
      property: "s3Destination.bucketName",
      message: expect.stringContaining("conditions that only AWS can judge: aws:SourceIp in its statement number 1."),
    },
  ]);
});

test("of a policy only the conditions are told on which the answer rests", async () => {
  const atNight = { DateGreaterThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } };
  const outside = { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } };
  const own = { StringEquals: { "aws:SourceAccount": desired.account } };
  const denial = { ...write, Sid: "Office", Effect: "Deny", Condition: { ...outside, ...own } };
  const [finding, ...more] = await findingsFor([write, { ...write, Condition: atNight }, denial], encrypt);
  expect(more).toEqual([]);
  expect(finding!.message).toMatch(/that only AWS can judge: aws:SourceIp in its statement Office\.$/);
});

test("a key policy that rests on what only AWS can judge is told by its key and its statement's name", async () => {
  const atNight = { DateGreaterThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } };
  const viaS3 = { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } };
  const Condition = { ...atNight, ...viaS3 };
  expect(await findingsFor(write, { ...encrypt, Sid: "Later", Condition })).toMatchObject([
    {
      code: "unknown",
      severity: "warning",
      property: "s3Destination.awsKmsKeyArn",
      message: expect.stringContaining(
        `the key ${key} is not known: its policy rests on conditions that only AWS can judge: aws:CurrentTime in its statement Later.`,
      ),
    },
  ]);
});

test("where a policy asks for an organization that may not be looked at, the permission is named", async () => {
  const Condition = { StringEquals: { "aws:SourceOrgID": "o-acme123456" } };
  const isNamed = { code: "unknown", cure: expect.stringContaining("organizations:DescribeOrganization") };
  expect(await findingsFor({ ...write, Condition }, { ...encrypt, Condition })).toMatchObject([
    { ...isNamed, property: "s3Destination.bucketName" },
    { ...isNamed, property: "s3Destination.awsKmsKeyArn" },
  ]);
});
