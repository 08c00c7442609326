import { afterAll, beforeAll, expect, test } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { namedConnections } from "../../src/targets/index.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const management = "111122223333";
const administrator = "222233334444";
const member = "333344445555";
const plain = "444455556666";
const roleless = "555566667777";
const outsider = "666677778888";
const catalog = "777788889999";
const unready = "888899990000";
const region = "us-east-1";
const key = `arn:aws:kms:us-east-1:${management}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const organizational = (bucket: string, id: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "ssm.amazonaws.com" },
      Action: ["s3:PutObject", "s3:PutObjectTagging"],
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { StringEquals: { "aws:SourceOrgID": id } },
    },
  ],
});
const discovery = "accountdiscovery.ssm.amazonaws.com";
const sharing = { destinationDataSharingType: "Organization" };
const bucket = { bucketName: "acme-inventory", region, syncFormat: "JsonSerDe" };
const foreign = {
  SyncName: "theirs",
  SyncType: "SyncToDestination",
  S3Destination: { BucketName: "acme-inventory", Region: region, SyncFormat: "JsonSerDe" },
};
const seed = {
  organization: {
    id: "o-acme123456",
    management,
    delegatedAdministrator: administrator,
    units: { "ou-ab12-cdefgh34": { name: "Workloads", accounts: [plain] } },
  },
  accounts: {
    [management]: { serviceLinkedRoles: [discovery], disabledRegions: ["ap-east-1"] },
    [administrator]: { serviceLinkedRoles: [discovery] },
    [member]: { serviceLinkedRoles: [discovery], disabledRegions: ["af-south-1", "ap-east-1"] },
    [plain]: { regions: { [region]: { syncs: [foreign] } } },
    [roleless]: {},
    [outsider]: { standalone: true },
    [unready]: { roles: { Other: {} } },
    [catalog]: {
      regions: {
        [region]: {
          domains: [
            { id: "dzd_alpha", name: "Alpha" },
            { id: "dzd_old", name: "Old", version: "V1" },
            { id: "dzd_lent", name: "Lent", sharedFrom: management },
          ],
        },
      },
    },
  },
  buckets: {
    "acme-inventory": { region, account: management, policy: "ssm-delivery" },
    "acme-retained": { region, account: management, policy: "ssm-delivery", locked: { days: 1 } },
    "acme-organization": { region, account: management, policy: organizational("acme-organization", "o-acme123456") },
    "acme-others": { region, account: management, policy: organizational("acme-others", "o-other12345") },
  },
  keys: { [key]: {} },
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
    connections: { used: accounts.map((account) => ({ account, region, role: roleOf(account) })) },
    interrupted: {},
    signal: AbortSignal.timeout(60_000),
  });

/** What a look ahead for one new sync finds, as `severity code`. */
async function found(desired: Inputs, ...lookers: string[]): Promise<string[]> {
  const { findings } = await looker(...lookers).forecast(change(desired));
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

test("which Regions of opt-in an account has is asked once for all of them, and of nobody else", async () => {
  const looking = looker(management);
  await world.forgetCalls();
  const of = async (region: string) => {
    const { findings } = await looking.forecast(change(sync(member, { region })));
    return findings.map(({ code }) => code);
  };
  expect(await of("af-south-1")).toEqual(["region-disabled"]);
  expect(await of("ap-east-1")).toEqual(["region-disabled"]);
  expect(await of("me-south-1")).toEqual([]);
  expect(await of("eu-west-1")).toEqual([]);
  const calls = await world.calls();
  const listings = calls.filter(({ service }) => service === "account");
  expect(listings.map(({ operation }) => operation)).toEqual(["ListRegions"]);
  // The caller's own account has not enabled ap-east-1 either: the role is assumed elsewhere.
  expect(calls.filter(({ region }) => region === "af-south-1" || region === "ap-east-1")).toEqual([]);
});

test("a Region that is not enabled is found by its own answer where the Regions may not be listed", async () => {
  await world.fault({ service: "account", operation: "ListRegions", error: "AccessDeniedException", when: "before" });
  expect(await found(sync(member, { region: "ap-east-1" }), management)).toEqual(["error region-disabled"]);
  expect(await found(sync(plain, { region: "ap-east-1" }), management)).toEqual([]);
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
    const findings = await looker().findingsAcross([change(desired, before)], recorded);
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

test("a unit that the organization has not is found, and one that it has is not", async () => {
  const units = (...ids: string[]) => ({
    syncSource: {
      sourceType: "AwsOrganizations",
      sourceRegions: [region],
      awsOrganizationsSource: {
        organizationSourceType: "OrganizationalUnits",
        organizationalUnits: ids,
      },
    },
  });
  expect(await found(explorer(management, units("ou-zz99-zzzzzzzz")))).toEqual(["error organization-access"]);
  expect(await found(explorer(management, units("ou-ab12-cdefgh34")))).toEqual([]);
});

test("a bucket's policy for an organization lets its members deliver and nobody else", async () => {
  const to = (account: string, bucketName: string) =>
    found(sync(account, { s3Destination: { ...bucket, bucketName } }), management);
  expect(await to(plain, "acme-organization")).toEqual([]);
  expect(await to(plain, "acme-others")).toEqual(["error bucket-policy"]);
  expect(await to(outsider, "acme-organization")).toEqual(["error bucket-policy"]);
  const shared = sync(outsider, { s3Destination: { ...bucket, destinationDataSharing: sharing } });
  expect(await found(shared, management)).toContain("error organization-access");
});

test("a bucket that retains objects, and one in another Region, are found in two calls a bucket", async () => {
  await world.forgetCalls();
  const looking = looker(management);
  const to = async (account: string, destination: Inputs) => {
    const { findings } = await looking.forecast(
      change(sync(account, { s3Destination: { ...bucket, ...destination } })),
    );
    return findings.map(({ code }) => code);
  };
  expect(await to(management, { bucketName: "acme-retained" })).toEqual(["bucket-locked"]);
  expect(await to(member, { bucketName: "acme-retained" })).toEqual(["bucket-locked"]);
  const ofBucket = (await world.calls()).filter(({ service }) => service === "s3");
  expect(ofBucket.map(({ operation }) => operation)).toEqual(["GetBucketPolicy", "GetObjectLockConfiguration"]);
  expect(await found(sync(management, { s3Destination: { ...bucket, region: "eu-west-1" } }))).toEqual([
    "error bucket-region",
  ]);
});

test("credentials of another account are found for that account alone", async () => {
  expect(await found(sync(plain, { role: undefined }))).toEqual(["error account-mismatch"]);
  expect(await found(sync(plain, { role: roleOf(member) }))).toEqual(["error account-mismatch"]);
});

test("a domain of version V1, and one that another account shares, are told: AWS documents neither's export", async () => {
  const of = async (domain: string) => {
    const desired = { account: catalog, region, role: roleOf(catalog), domain, backup: "none" };
    const { findings } = await looker().forecast({
      type: "AssetTable",
      urn: `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:AssetTable::${domain}`,
      desired,
    });
    return findings.map(({ severity, code }) => `${severity} ${code}`);
  };
  expect(await of("dzd_alpha")).toEqual([]);
  expect(await of("dzd_old")).toEqual(["warning domain-state"]);
  expect(await of("dzd_lent")).toContain("warning domain-state");
});

test("an account that the spec names and has nothing in tells of the bucket that it owns", async () => {
  const wanted = change(sync(plain, { s3Destination: { ...bucket, bucketName: "acme-others" } }));
  const settings = { interrupted: {}, signal: AbortSignal.timeout(60_000) };
  const codesBy = async (...named: ReturnType<typeof namedConnections>) => {
    const { findings } = await new Preflight({ connections: { used: [], named }, ...settings }).forecast(wanted);
    return findings.map(({ code }) => code);
  };
  expect(await codesBy()).toEqual(["unknown"]);
  const named = { tags: {}, enabled: true, path: [], source: { file: "sluice.yaml", line: 1 } };
  const accounts = [
    { ...named, name: "roleless", id: roleless, role: "arn:aws:iam::1:role/No" },
    { ...named, name: "audit", id: management },
  ];
  const role = "arn:aws:iam::${account.id}:role/Sluice";
  expect(await codesBy(...namedConnections({ accounts, role }, "eu-west-1"))).toEqual(["bucket-policy"]);
});

test("the account that a key names is asked about it, and nobody else, however many accounts the plan has before it", async () => {
  const others = Array.from({ length: 12 }, (_, at) => String(900000000000 + at));
  const looking = looker(...others, management);
  await world.forgetCalls();
  const encrypted = { ...bucket, bucketName: "acme-organization", awsKmsKeyArn: key };
  await looking.forecast(change(sync(plain, { s3Destination: encrypted })));
  const asked = (await world.calls()).filter(({ service }) => service === "kms");
  expect(asked.map(({ account, operation }) => `${account} ${operation}`)).toEqual([
    `${management} DescribeKey`,
    `${management} GetKeyPolicy`,
  ]);
});

test("the one account that delivers to a bucket is asked about it first, and in two calls where it owns it", async () => {
  const others = Array.from({ length: 12 }, (_, at) => String(900000000000 + at));
  const used = [...others, management].map((account) => ({ account, region, role: roleOf(account) }));
  const wanted = change(sync(management, { s3Destination: { ...bucket, bucketName: "acme-organization" } }));
  const changes = [...others.map((account) => change(sync(account))), wanted];
  const looking = new Preflight({
    connections: { used },
    interrupted: {},
    changes,
    signal: AbortSignal.timeout(60_000),
  });
  await world.forgetCalls();
  expect((await looking.forecast(wanted)).findings).toEqual([]);
  const asked = (await world.calls()).filter(({ service }) => service === "s3");
  expect(asked.map(({ account, operation }) => `${account} ${operation}`)).toEqual([
    `${management} GetBucketPolicy`,
    `${management} GetObjectLockConfiguration`,
  ]);
});

test("that a place of backups belongs to another account is asked of one account, however many may answer", async () => {
  const claim = {
    account: management,
    region,
    role: roleOf(management),
    domain: "dzd_alpha",
    onRemoval: "backUpAndDrop",
  };
  const backups = { backup: "s3://acme-inventory/catalog", backupOwner: plain };
  await world.forgetCalls();
  const { findings } = await looker(management, member, administrator, outsider).forecast({
    type: "AssetTable",
    urn: "urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:AssetTable::lake",
    desired: { ...claim, ...backups },
  });
  expect(findings.map(({ code }) => code)).toContain("backup-owner");
  const asked = (await world.calls()).filter(({ operation }) => operation === "GetBucketVersioning");
  expect(asked.map(({ account }) => account)).toEqual([management]);
});

test("a role that cannot be assumed is asked for once, whatever it was to look at", async () => {
  const changes = [region, "eu-west-1"].map((region) => change(sync(unready, { region })));
  const connections = { used: [{ account: unready, region, role: roleOf(unready) }] };
  const looking = new Preflight({ connections, interrupted: {}, changes, signal: AbortSignal.timeout(60_000) });
  await world.forgetCalls();
  for (const one of changes) {
    const { findings } = await looking.forecast(one);
    expect(findings.map(({ code }) => code)).toEqual(["role-missing"]);
    expect(findings[0]!.cure).toMatch(/^AWS does not tell which of these it is/);
    expect(await looking.findingsAcross([one], [])).toEqual([]);
  }
  expect((await world.calls()).filter(({ operation }) => operation === "AssumeRole")).toHaveLength(1);
});
