import { afterAll, beforeAll, expect, test } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/preflight.ts";
import { type EmulatorWorld, emulatorWorld } from "../support/emulator-world.ts";

const management = "111122223333";
const administrator = "222233334444";
const member = "333344445555";
const plain = "444455556666";
const roleless = "555566667777";
const region = "us-east-1";
const discovery = "accountdiscovery.ssm.amazonaws.com";
const sharing = { destinationDataSharingType: "Organization" };
const bucket = { bucketName: "acme-inventory", region, syncFormat: "JsonSerDe" };
const foreign = {
  SyncName: "theirs",
  SyncType: "SyncToDestination",
  S3Destination: { BucketName: "acme-inventory", Region: region, SyncFormat: "JsonSerDe" },
};
const seed = {
  organization: { id: "o-acme123456", management, delegatedAdministrator: administrator },
  accounts: {
    [management]: { serviceLinkedRoles: [discovery], disabledRegions: ["ap-east-1"] },
    [administrator]: { serviceLinkedRoles: [discovery] },
    [member]: { serviceLinkedRoles: [discovery], disabledRegions: ["af-south-1", "ap-east-1"] },
    [plain]: { regions: { [region]: { syncs: [foreign] } } },
    [roleless]: {},
  },
  buckets: { "acme-inventory": { region, account: management, policy: "ssm-delivery" } },
};

let world: EmulatorWorld;
beforeAll(async () => {
  world = await emulatorWorld(seed);
  process.env["AWS_ENDPOINT_URL"] = world.endpoint;
  process.env["AWS_ACCESS_KEY_ID"] = management;
  process.env["AWS_SECRET_ACCESS_KEY"] = "secret";
});
afterAll(() => world.close());

type Inputs = Record<string, unknown>;

const roleOf = (account: string) => `arn:aws:iam::${account}:role/Sluice`;
const sync = (account: string, inputs: Inputs = {}) => ({
  account,
  region,
  role: roleOf(account),
  syncName: "inventory",
  syncType: "SyncToDestination",
  s3Destination: bucket,
  ...inputs,
});
const explorer = (account: string, inputs: Inputs = {}) => ({
  ...sync(account, { s3Destination: undefined, syncName: "explorer" }),
  syncType: "SyncFromSource",
  syncSource: {
    sourceType: "AwsOrganizations",
    sourceRegions: [region],
    awsOrganizationsSource: { organizationSourceType: "EntireOrganization" },
  },
  ...inputs,
});
const change = (desired: Inputs, recorded?: Inputs): PlannedChange => ({
  type: "ResourceDataSync",
  urn: `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:ResourceDataSync::${String(desired["account"])}`,
  desired,
  ...(recorded && { recorded }),
});
const looker = (...accounts: string[]) =>
  new Preflight({
    connections: accounts.map((account) => ({ account, region, role: roleOf(account) })),
    interrupted: {},
    signal: AbortSignal.timeout(60_000),
  });

/** What a look ahead for one new sync finds, as `severity code`. */
async function found(desired: Inputs, ...lookers: string[]): Promise<string[]> {
  const { findings } = await looker(...lookers).outlook(change(desired));
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

test("the management account and Systems Manager's delegated administrator may collect from the organization", async () => {
  expect(await found(explorer(management))).toEqual([]);
  expect(await found(explorer(administrator))).toEqual([]);
  expect(await found(explorer(member))).toEqual(["error organization-access"]);
  expect(await found(explorer(member), management)).toEqual(["error organization-access"]);
});

test("a service-linked role that a create will make is told before", async () => {
  expect(await found(explorer(roleless), management)).toEqual([
    "error organization-access",
    "warning service-linked-role",
  ]);
});

test("a Region that the caller's own account has not enabled is found for an account that has it, too", async () => {
  await world.forgetCalls();
  expect(await found(sync(plain, { region: "ap-east-1" }), management)).toEqual([]);
  expect(await found(sync(member, { region: "ap-east-1" }), management)).toEqual(["error region-disabled"]);
  const calls = await world.calls();
  expect(calls.filter(({ operation, region }) => operation === "AssumeRole" && region === "ap-east-1")).toEqual([]);
});

test("a role, a key and a bucket of another partition are found without a call", async () => {
  await world.forgetCalls();
  const key = `arn:aws-cn:kms:${region}:${plain}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  expect(await found(sync(plain, { role: `arn:aws-cn:iam::${plain}:role/Sluice` }))).toEqual(["error wrong-partition"]);
  expect(await found(sync(plain, { s3Destination: { ...bucket, awsKmsKeyArn: key } }))).toEqual([
    "error wrong-partition",
  ]);
  expect(await found(sync(plain, { s3Destination: { ...bucket, region: "cn-north-1" } }))).toEqual([
    "error wrong-partition",
  ]);
  expect(await world.calls()).toEqual([]);
});

test("a second sync that is shared with the organization is an error where the stack has recorded one, and a warning where others have syncs", async () => {
  const shared = sync(plain, { s3Destination: { ...bucket, destinationDataSharing: sharing } });
  const other = { ...shared, syncName: "old" };
  const codes = async (recorded: Inputs[], desired: Inputs, before?: Inputs) => {
    const findings = await looker().together([change(desired, before)], recorded);
    return findings.map(({ severity, code }) => `${severity} ${code}`);
  };
  expect(await codes([other], shared)).toEqual(["error shared-sync-exists"]);
  expect(await codes([], shared)).toEqual(["warning shared-sync-exists"]);
  expect(await codes([sync(plain, { syncName: "theirs" })], shared)).toEqual([]);
  expect(await codes([other], sync(plain))).toEqual([]);
});

test("a sync of the other type with the same name is told, and one of the same type stops the create", async () => {
  const named = { syncName: "theirs" };
  expect(await found(sync(plain, named), management)).toEqual(["error sync-exists"]);
  const regional = { sourceType: "SingleAccountMultiRegions", sourceRegions: [region] };
  expect(await found(explorer(plain, { ...named, syncSource: regional }))).toEqual(["warning sync-exists"]);
});
