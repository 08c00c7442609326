import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

/**
 * Random worlds, each of accounts, buckets and keys of its own, and one plan for all of them. Who judges a world is the emulator: it takes
 * what the plan wants, or refuses it, and the look ahead has to have said so.
 */
const worldCount = Number(process.env["SLUICE_WORLDS"] ?? 150);
const management = "100000000000";
const organization = "o-acme123456";
const discovery = "accountdiscovery.ssm.amazonaws.com";
const bucketName = (world: number) => `acme-${world}`;
const accountOf = (world: number) => String(100000000001 + world);
const keyOf = ({ region, kind }: World, world: number) =>
  `arn:aws:kms:${region}:${kind === "export" ? accountOf(world) : management}:key/1234abcd-12ab-34cd-56ef-${String(world).padStart(12, "0")}`;

type Policy = { Version: string; Statement: object[] };

interface World {
  region: string;
  policy: string;
  extras: string[];
  encrypted: "no" | "open" | "granted" | "elsewhere" | "disabled";
  prefix?: string;
  foreign: number;
  kind: "sync" | "shared" | "explorer" | "export";
  state: "AVAILABLE" | "CREATING";
}

const world: fc.Arbitrary<World> = fc.record({
  region: fc.constantFrom("us-east-1", "eu-west-1", "ap-south-1"),
  // The last three let nobody in.
  policy: fc.constantFrom(
    "documented",
    "documented",
    "wide",
    "organization",
    "folder",
    "stringLike",
    "arn",
    "service",
    "others",
    "otherOrganization",
    "otherFolder",
  ),
  extras: fc.subarray(["tls", "otherActions", "notService", "encryption", "owner", "wrongAccount"], { maxLength: 2 }),
  encrypted: fc.constantFrom("no", "no", "open", "granted", "elsewhere", "disabled"),
  prefix: fc.option(fc.constantFrom("ssm", "a/b c", "x=1"), { nil: undefined }),
  foreign: fc.nat(5),
  kind: fc.constantFrom("sync", "sync", "shared", "explorer", "export"),
  state: fc.constantFrom("AVAILABLE", "AVAILABLE", "CREATING"),
});

const worlds = fc.sample(world, { numRuns: worldCount, seed: 20260101 });

function policyOf({ policy, extras, prefix }: World, index: number): Policy {
  const account = accountOf(index);
  const arn = `arn:aws:s3:::${bucketName(index)}`;
  const folder = prefix === undefined ? "" : `${prefix}/`;
  const allow = (Resource: string, Condition?: object) => ({
    Effect: "Allow",
    Principal: { Service: "ssm.amazonaws.com" },
    Action: ["s3:PutObject", "s3:PutObjectTagging"],
    Resource,
    ...(Condition && { Condition }),
  });
  const source = { "aws:SourceAccount": [account, "999988887777"] };
  const sourceArn = `arn:aws:ssm:*:${account}:resource-data-sync/*`;
  const granted: Record<string, object[]> = {
    documented: [
      allow(`${arn}/*/accountid=${account}/*`, { StringEquals: source, ArnLike: { "aws:SourceArn": sourceArn } }),
    ],
    wide: [allow(`${arn}/*`)],
    organization: [allow(`${arn}/*`, { StringEquals: { "aws:SourceOrgID": organization } })],
    folder: [allow(`${arn}/${folder}*`, { StringEquals: source })],
    stringLike: [allow(`${arn}/*`, { StringLike: { "aws:SourceAccount": `${account.slice(0, 6)}*` } })],
    arn: [allow(`${arn}/*`, { ArnEquals: { "aws:SourceArn": sourceArn } })],
    service: [{ ...allow(`${arn}/*`), Principal: { Service: ["logs.amazonaws.com", "ssm.amazonaws.com"] } }],
    others: [allow(`${arn}/*`, { StringEquals: { "aws:SourceAccount": "999988887777" } })],
    otherOrganization: [allow(`${arn}/*`, { StringEquals: { "aws:SourceOrgID": "o-other12345" } })],
    otherFolder: [allow(`${arn}/elsewhere/*`)],
  };
  const deny = (Action: string, Condition: object) => ({
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: [arn, `${arn}/*`],
    Condition,
  });
  const denials: Record<string, object> = {
    tls: deny("s3:*", { Bool: { "aws:SecureTransport": "false" } }),
    otherActions: deny("s3:DeleteObject", { StringNotEquals: { "aws:PrincipalAccount": management } }),
    notService: deny("s3:PutObject", {
      Bool: { "aws:PrincipalIsAWSService": "false" },
      StringNotEquals: { "aws:PrincipalAccount": management },
    }),
    encryption: deny("s3:PutObject", {
      StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption": "aws:kms" },
    }),
    owner: deny("s3:PutObject", { StringNotEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } }),
    wrongAccount: deny("s3:PutObject", { StringEquals: { "aws:SourceAccount": "999988887777" } }),
  };
  return { Version: "2012-10-17", Statement: [...granted[policy]!, ...extras.map((name) => denials[name]!)] };
}

function keySeed(world: World, index: number): object {
  const { encrypted, kind } = world;
  if (encrypted === "no" || encrypted === "elsewhere") return {};
  const service = kind === "export" ? "systemtables.sagemaker-catalog.amazonaws.com" : "ssm.amazonaws.com";
  const Statement = [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${management}:root` }, Action: "kms:*", Resource: "*" },
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": accountOf(index) } },
    },
  ];
  const policy = encrypted === "granted" && { policy: { Version: "2012-10-17", Statement } };
  return { [keyOf(world, index)]: { enabled: encrypted !== "disabled", ...policy } };
}

const seed = {
  organization: { id: organization, management, delegatedAdministrator: accountOf(0), units: {} },
  accounts: Object.fromEntries([
    [management, { serviceLinkedRoles: [discovery] }],
    ...worlds.map(({ region, foreign, state }, index) => {
      const syncs = Array.from({ length: foreign }, (_, at) => ({
        SyncName: `theirs-${at}`,
        SyncType: "SyncToDestination",
        S3Destination: { BucketName: "somewhere", Region: region, SyncFormat: "JsonSerDe" },
      }));
      const regional = { syncs, domains: [{ id: `dzd_${index}`, name: "Catalog", state }] };
      return [accountOf(index), { serviceLinkedRoles: [discovery], regions: { [region]: regional } }];
    }),
  ]),
  buckets: Object.fromEntries(
    worlds.map((world, index) => [
      bucketName(index),
      { region: world.region, account: management, policy: policyOf(world, index) },
    ]),
  ),
  keys: Object.assign({}, ...worlds.map(keySeed)) as object,
};

type Inputs = Record<string, unknown>;

function desiredOf(world: World, index: number): Inputs {
  const { region, kind, prefix, encrypted } = world;
  const account = accountOf(index);
  const common = { account, region, role: `arn:aws:iam::${account}:role/Sluice` };
  const kmsKeyArn = encrypted === "no" ? undefined : keyOf(world, index);
  if (kind === "export") {
    const encryption = { sseAlgorithm: kmsKeyArn ? "aws:kms" : "AES256", ...(kmsKeyArn && { kmsKeyArn }) };
    return { ...common, domain: `dzd_${index}`, encryption, backup: "none" };
  }
  if (kind === "explorer") {
    const awsOrganizationsSource = { organizationSourceType: "EntireOrganization" };
    const syncSource = { sourceType: "AwsOrganizations", sourceRegions: [region], awsOrganizationsSource };
    return { ...common, syncName: "ours", syncType: "SyncFromSource", syncSource };
  }
  const destinationDataSharing = kind === "shared" ? { destinationDataSharingType: "Organization" } : undefined;
  const destination = {
    bucketName: bucketName(index),
    region,
    prefix,
    syncFormat: "JsonSerDe",
    destinationDataSharing,
  };
  return {
    ...common,
    syncName: "ours",
    syncType: "SyncToDestination",
    s3Destination: { ...destination, ...(kmsKeyArn && { awsKmsKeyArn: kmsKeyArn }) },
  };
}

/** Does what the plan wants, as an independent client of AWS, and returns whether AWS takes it. */
async function isTaken({ region, kind }: World, index: number, desired: Inputs, emulator: EmulatorWorld) {
  const client = emulator.clientOf(accountOf(index), region);
  try {
    if (kind === "export") {
      const { sseAlgorithm, kmsKeyArn } = desired["encryption"] as { sseAlgorithm: "AES256"; kmsKeyArn?: string };
      await new DataZoneClient(client).send(
        new PutDataExportConfigurationCommand({
          domainIdentifier: desired["domain"] as string,
          enableExport: true,
          encryptionConfiguration: { sseAlgorithm, kmsKeyArn },
          clientToken: `campaign-token-${index}-of-the-healthy-worlds`,
        }),
      );
      return true;
    }
    const to = desired["s3Destination"] as Record<string, never> | undefined;
    await new SSMClient({ ...client, maxAttempts: 1 }).send(
      new CreateResourceDataSyncCommand({
        SyncName: "ours",
        SyncType: desired["syncType"] as string,
        ...(to && {
          S3Destination: {
            BucketName: to["bucketName"],
            Region: region,
            Prefix: to["prefix"],
            SyncFormat: "JsonSerDe",
            AWSKMSKeyARN: to["awsKmsKeyArn"],
            ...(kind === "shared" && { DestinationDataSharing: { DestinationDataSharingType: "Organization" } }),
          },
        }),
        ...(!to && {
          SyncSource: {
            SourceType: "AwsOrganizations",
            SourceRegions: [region],
            AwsOrganizationsSource: { OrganizationSourceType: "EntireOrganization" },
          },
        }),
      }),
    );
    return true;
  } catch (error) {
    return (error as Error).message || (error as Error).name;
  }
}

let emulator: EmulatorWorld;
beforeAll(async () => {
  emulator = await emulatorWorld(seed);
  process.env["AWS_ENDPOINT_URL"] = emulator.endpoint;
  process.env["AWS_ACCESS_KEY_ID"] = management;
  process.env["AWS_SECRET_ACCESS_KEY"] = "secret";
});
afterAll(() => emulator.close());

const typeOf = ({ kind }: World): PlannedChange["type"] => (kind === "export" ? "AssetTable" : "ResourceDataSync");

test(`in ${worldCount} random worlds the look ahead alarms where AWS refuses and nowhere else, by reading alone, within its calls`, async () => {
  const region = "us-east-1";
  const looking = new Preflight({
    connections: { used: [{ account: management, region }] },
    interrupted: {},
    signal: AbortSignal.timeout(600_000),
  });
  await emulator.forgetCalls();
  const alarms: string[][] = [];
  for (const [index, world] of worlds.entries()) {
    const desired = desiredOf(world, index);
    const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:${typeOf(world)}::${accountOf(index)}`;
    const change: PlannedChange = { type: typeOf(world), urn, desired };
    const { findings } = await looking.forecast(change);
    if (world.kind !== "export") findings.push(...(await looking.findingsAcross([change], [])));
    alarms.push(findings.filter(({ severity }) => severity === "error").map(({ code }) => code));
    expect(findings.filter(({ code }) => code === "unknown")).toEqual([]);
  }
  const calls = await emulator.calls();
  expect(calls.filter(({ operation }) => !/^(Get|List|Describe|Head|Simulate|AssumeRole)/.test(operation))).toEqual([]);
  // Each world has a bucket, a key and an account of its own.
  const most = (service: string, operations: RegExp) =>
    calls.filter((call) => call.service === service && operations.test(call.operation)).length / worldCount;
  expect(most("s3", /./)).toBeLessThanOrEqual(2);
  expect(most("kms", /./)).toBeLessThanOrEqual(2);
  expect(most("sts", /AssumeRole/)).toBeLessThanOrEqual(1);
  const listings = Map.groupBy(
    calls.filter(({ operation }) => operation === "ListResourceDataSync"),
    ({ account, region }) => `${account} ${region}`,
  );
  expect(Math.max(...[...listings.values()].map(({ length }) => length))).toBeLessThanOrEqual(2);

  const wrong: object[] = [];
  for (const [index, world] of worlds.entries()) {
    const taken = await isTaken(world, index, desiredOf(world, index), emulator);
    if ((taken === true) !== (alarms[index]!.length === 0)) wrong.push({ world, alarms: alarms[index], taken });
  }
  expect(wrong).toEqual([]);
  expect(alarms.filter((codes) => codes.length === 0).length).toBeGreaterThan(worldCount / 5);
}, 600_000);
