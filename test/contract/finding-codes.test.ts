import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FindingCode } from "../../providers/lifecycle/finding.ts";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

/**
 * Every code of a finding, each with one world in which a look ahead has to find it: an account of its own, and a bucket and a key where it has
 * them. A code that nothing produces cannot be added.
 */
const region = "us-east-1";
const management = "100000000000";

type Inputs = Record<string, unknown>;

interface Case {
  /** How the account of the world is seeded, beside two domains. */
  account?: object;
  /** How its bucket is, beside Region and account; null for none. */
  bucket?: object | null;
  key?: object;
  /** What is done there before the look. */
  before?: (account: string) => Promise<unknown>;
  /** What the plan changes. */
  change(account: string): Partial<PlannedChange> & { type: PlannedChange["type"]; desired: Inputs };
  /** Whether it takes a look at all that a plan makes in one place. */
  isAcross?: true;
}

const bucketOf = (account: string) => `acme-${account}`;
const keyOf = (account: string) => `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const roleOf = (account: string) => `arn:aws:iam::${account}:role/Sluice`;
const destination = (account: string) => ({ bucketName: bucketOf(account), region, syncFormat: "JsonSerDe" });
const shared = { destinationDataSharing: { destinationDataSharingType: "Organization" } };

const sync = (account: string, inputs: Inputs = {}) => ({
  type: "ResourceDataSync" as const,
  desired: {
    account,
    region,
    role: roleOf(account),
    syncName: "inventory",
    syncType: "SyncToDestination",
    s3Destination: destination(account),
    ...inputs,
  },
});
const source = { sourceType: "SingleAccountMultiRegions", sourceRegions: [region] };
const explorer = (account: string, syncSource: Inputs = source) =>
  sync(account, { syncType: "SyncFromSource", s3Destination: undefined, syncSource });
const ofOrganization = {
  ...source,
  sourceType: "AwsOrganizations",
  awsOrganizationsSource: { organizationSourceType: "EntireOrganization" },
};
const encrypted = (account: string) =>
  sync(account, { s3Destination: { ...destination(account), awsKmsKeyArn: keyOf(account) } });

const exported = (account: string, inputs: Inputs = {}) => ({
  type: "DataExportConfiguration" as const,
  desired: { account, region, role: roleOf(account), domain: "dzd_alpha", enabled: true, ...inputs },
});
const claim = (account: string, inputs: Inputs = {}) => ({
  type: "AssetTable" as const,
  desired: {
    account,
    region,
    role: roleOf(account),
    domain: "dzd_alpha",
    backup: `s3://${bucketOf(account)}/catalog`,
    ...inputs,
  },
});
const switched = (account: string, inputs: Inputs = {}) => {
  const recorded = { ...claim(account).desired, ...inputs };
  return { ...claim(account), recorded, desired: { ...recorded, domain: "dzd_beta" } };
};
/** A sync that others have there, as a seed has it. */
const there = (SyncName: string) => ({
  SyncName,
  S3Destination: { BucketName: "elsewhere", Region: region, SyncFormat: "JsonSerDe" },
});
const syncs = (...names: string[]) => ({ regions: { [region]: { syncs: names.map(there) } } });
const domain = (state: object) => ({
  regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha", ...state }] } },
});
const owned = {
  Effect: "Allow",
  Principal: { AWS: "*" },
  Action: "kms:*",
  Resource: "*",
  Condition: { Null: { "aws:PrincipalAccount": "false" } },
};
const everythingBut = (Action: string) => ({
  roles: {
    Sluice: {
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action, Resource: "*" },
        ],
      },
    },
  },
});

const cases: Record<FindingCode, Case> = {
  "account-mismatch": { change: (account) => sync(account, { role: undefined }) },
  "backup-damaged": { before: plantReceipt, change: switched },
  "backup-denied": { bucket: { encryptionRequired: true }, before: exporting, change: switched },
  "backup-expires": { bucket: { versioning: "Enabled", lifecycle: 7 }, change: claim },
  "backup-exposed": { bucket: { public: true }, change: claim },
  "backup-missing": { bucket: null, before: exporting, change: switched },
  "backup-owner": { change: (account) => claim(account, { backupOwner: management }) },
  "bucket-locked": { bucket: { policy: "ssm-delivery", locked: { days: 1 } }, change: sync },
  "bucket-missing": { bucket: null, change: sync },
  "bucket-policy": { change: sync },
  "bucket-region": { bucket: { region: "eu-west-1" }, change: sync },
  credentials: {
    before: (account) => fault("ssm", "ListResourceDataSync", account, "ExpiredTokenException"),
    change: sync,
  },
  "data-loss": {
    before: exporting,
    change: (account) => ({
      ...exported(account, { recordExpirationDays: 1 }),
      recorded: exported(account, { recordExpirationDays: 30 }).desired,
      isInPlace: true,
    }),
  },
  "domain-missing": { change: (account) => claim(account, { domain: "dzd_none" }) },
  "domain-state": { account: domain({ state: "CREATING" }), change: exported },
  "export-encryption": {
    key: {},
    before: exporting,
    change: (account) => claim(account, { encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: keyOf(account) } }),
  },
  "export-exists": { before: exporting, change: exported },
  "export-holder": { before: (account) => put(account, "dzd_beta"), change: claim },
  "key-policy": {
    key: { policy: { Version: "2012-10-17", Statement: [owned] } },
    bucket: { policy: "ssm-delivery" },
    change: encrypted,
  },
  "key-unusable": { key: { enabled: false }, bucket: { policy: "ssm-delivery" }, change: encrypted },
  "organization-access": { change: (account) => explorer(account, ofOrganization) },
  "permission-missing": { account: everythingBut("ssm:Create*"), change: explorer },
  "record-damaged": {
    before: (account) => write(account, `catalog/${account}/${region}/released.json`, "{"),
    change: claim,
  },
  "region-disabled": {
    account: { disabledRegions: ["ap-east-1"] },
    change: (account) => ({ ...explorer(account), desired: { ...explorer(account).desired, region: "ap-east-1" } }),
  },
  "role-missing": { account: { roles: { Other: {} } }, change: explorer },
  "service-linked-role": {
    change: () => explorer(management, ofOrganization),
  },
  "shared-sync-exists": {
    account: syncs("theirs"),
    change: (account) => sync(account, { s3Destination: { ...destination(account), ...shared } }),
    isAcross: true,
  },
  "state-outdated": {
    change: (account) => ({
      ...explorer(account, { ...source, sourceRegions: [region, "eu-west-1"] }),
      recorded: explorer(account).desired,
      isInPlace: true,
    }),
  },
  "sync-exists": { account: syncs("inventory"), change: sync },
  "sync-quota": { account: syncs("a", "b", "c", "d", "e"), change: sync, isAcross: true },
  "table-leftover": { before: leaveTable, change: claim },
  "table-unfit": {
    before: async (account) => {
      await exporting(account);
      await fault("s3", "GetObject", account, "NoSuchKey");
    },
    change: switched,
  },
  unknown: { account: everythingBut("ssm:ListResourceDataSync"), change: explorer },
  "wrong-partition": {
    change: (account) => sync(account, { role: roleOf(account).replace("arn:aws:", "arn:aws-cn:") }),
  },
};

const codes = Object.keys(cases) as FindingCode[];
const accountOf = (code: FindingCode) => String(200000000000 + codes.indexOf(code));

let world: EmulatorWorld;
beforeAll(async () => {
  const domains = ["alpha", "beta"].map((name) => ({ id: `dzd_${name}`, name }));
  const accounts = codes.map((code) => [
    accountOf(code),
    { regions: { [region]: { domains } }, ...cases[code].account },
  ]);
  const buckets = codes.flatMap((code) => {
    const { bucket = {} } = cases[code];
    return bucket ? [[bucketOf(accountOf(code)), { region, account: accountOf(code), ...bucket }]] : [];
  });
  const keys = codes.flatMap((code) => (cases[code].key ? [[keyOf(accountOf(code)), cases[code].key]] : []));
  world = await emulatorWorld({
    organization: { id: "o-acme123456", management },
    accounts: { [management]: {}, ...Object.fromEntries(accounts) },
    buckets: Object.fromEntries(buckets),
    keys: Object.fromEntries(keys),
  });
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", management);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", region);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const fault = (service: string, operation: string, account: string, error: string) =>
  world.fault({ service, operation, account, error, when: "before", times: 1000 });

const datazone = (account: string) => new DataZoneClient(world.clientOf(account));
const put = (account: string, domainIdentifier: string) =>
  datazone(account).send(new PutDataExportConfigurationCommand({ domainIdentifier, enableExport: true }));

/** A domain exports for some days. */
async function exporting(account: string, domainIdentifier = "dzd_alpha") {
  await put(account, domainIdentifier);
  await world.advance(3, 2);
}

/** Another domain has exported, and nobody knows that of its table. */
async function leaveTable(account: string) {
  await exporting(account, "dzd_beta");
  await datazone(account).send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_beta" }));
}

const write = (account: string, Key: string, Body: string) =>
  new S3Client({ ...world.clientOf(account), forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: bucketOf(account), Key, Body }),
  );

/** Somebody has written a receipt where the copy would go. */
async function plantReceipt(account: string) {
  await exporting(account);
  const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const tables = new S3TablesClient(world.clientOf(account));
  const asked = new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" });
  const { tableARN, versionToken, metadataLocation } = await tables.send(asked);
  const folder = `catalog/${account}/${region}/${tableARN!.split("/").at(-1)}/${versionToken}`;
  const receipt = {
    version: 1,
    source: { account, region, tableArn: tableARN, metadataLocation, versionToken },
    destination: { location: `s3://${bucketOf(account)}/${folder}` },
    snapshots: 0,
    rows: 0,
    files: 0,
    bytes: 0,
    verifiedAt: new Date().toISOString(),
    digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  };
  await write(account, `${folder}/objects.jsonl`, "");
  await write(account, `${folder}/receipt.json`, JSON.stringify(receipt));
}

describe.each(codes)("%s", (code) => {
  it("is found where its world is, each finding with a message and a cure, by reading alone", async () => {
    const account = accountOf(code);
    const { before, change, isAcross } = cases[code];
    await before?.(account);
    await world.forgetCalls();
    const wanted = { urn: `urn:pulumi:dev::acme::x:${account}`, ...change(account) };
    const { role } = wanted.desired as { role?: string };
    const connection = { account: wanted.desired["account"] as string, region, ...(role !== undefined && { role }) };
    const looker = new Preflight({
      connections: { used: [connection] },
      interrupted: {},
      changes: [wanted],
      signal: AbortSignal.timeout(60_000),
    });
    const found = isAcross ? await looker.findingsAcross([wanted], []) : (await looker.forecast(wanted)).findings;
    expect(found.map((finding) => finding.code)).toContain(code);
    for (const { message, cure } of found) expect([message, cure].every((text) => text.length > 10)).toBe(true);
    const changing = (await world.calls()).filter(
      ({ operation }) => !/^(Get|List|Describe|Head|Simulate|AssumeRole)/.test(operation),
    );
    expect(changing).toEqual([]);
  });
});
