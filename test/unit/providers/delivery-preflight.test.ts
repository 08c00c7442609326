import { expect, test } from "vitest";
import { deliveryFindings } from "../../../providers/sync/delivery-preflight.ts";
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

/** The codes of what is found where the bucket and the key have these policies. */
async function found(ofBucket: object, ofKey: object): Promise<string[]> {
  const facts = (statement: object) => ({ exists: true, policy: JSON.stringify({ Statement: [statement] }) });
  const share = (name: string) => Promise.resolve(facts(name.startsWith("key") ? ofKey : ofBucket));
  return (await deliveryFindings(desired, { share } as unknown as Work)).map(({ code }) => code);
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
