import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const account = "012345678901";
const region = "us-east-1";
const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;

const everythingBut = (Action: string, Condition?: object) => ({
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action, Resource: "*", ...(Condition && { Condition }) },
    ],
  },
});
const roles = {
  Everything: {},
  NoSync: everythingBut("ssm:DeleteResourceDataSync"),
  NoSyncHere: everythingBut("ssm:Delete*", { StringEquals: { "aws:RequestedRegion": region } }),
  NoExport: everythingBut("datazone:DeleteDataExportConfiguration"),
  NoDrop: everythingBut("s3tables:DeleteTable"),
  NoWrite: everythingBut("s3:PutObject"),
};

let world: EmulatorWorld;
let tableArn: string;
beforeAll(async () => {
  const regional = { domains: [{ id: "dzd_alpha", name: "Alpha" }] };
  world = await emulatorWorld({
    accounts: { [account]: { roles, regions: { [region]: regional } } },
    buckets: { "acme-backups": { region, account, versioning: "Enabled" } },
  });
  const datazone = new DataZoneClient(world.clientOf(account));
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
  await world.advance(2, 3);
  const table = new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" });
  tableArn = (await new S3TablesClient(world.clientOf(account)).send(table)).tableARN!;
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", region);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const settings = {
  ResourceDataSync: {
    syncName: "inventory",
    syncType: "SyncToDestination",
    s3Destination: { bucketName: "acme-inventory", region },
  },
  DataExportConfiguration: { domain: "dzd_alpha", enabled: true },
  AssetTable: { domain: "dzd_alpha", backup: "s3://acme-backups/catalog", onRemoval: "backUpAndDrop" },
};

/** What a look ahead finds for the removal of a resource that a role has made. */
async function findingsFor(type: PlannedChange["type"], role: string, changes: Partial<PlannedChange> = {}) {
  const of = { account, region, role: `arn:aws:iam::${account}:role/${role}` };
  const desired = { ...of, ...settings[type], ...(type === "AssetTable" && { tableArn }) };
  const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:${type}::${account}/${region}`;
  const removal: PlannedChange = { type, urn, desired, isRemoval: true, ...changes };
  const signal = new AbortController().signal;
  const looker = new Preflight({ connections: { used: [of] }, interrupted: {}, changes: [removal], signal });
  return (await looker.forecast(removal)).findings;
}

it.each([
  ["ResourceDataSync", "NoSync", "a sync", "ssm:DeleteResourceDataSync"],
  ["ResourceDataSync", "NoSyncHere", "a sync", "ssm:DeleteResourceDataSync"],
  ["DataExportConfiguration", "NoExport", "an export", "datazone:DeleteDataExportConfiguration"],
  ["AssetTable", "NoDrop", "a claim", "s3tables:DeleteTable"],
  ["AssetTable", "NoWrite", "a claim", "s3:PutObject"],
] as const)("a removal of a %s that the role %s may not do is told before", async (type, role, what, action) => {
  expect(await findingsFor(type, role)).toMatchObject([
    {
      code: "permission-missing",
      severity: "error",
      message: expect.stringContaining(`all that the removal of ${what} in ${account}/${region} takes: ${action}.`),
    },
  ]);
});

it.each(["ResourceDataSync", "DataExportConfiguration", "AssetTable"] as const)(
  "a removal of a %s that the role may do is told nothing",
  async (type) => {
    expect(await findingsFor(type, "Everything")).toEqual([]);
  },
);

it.each(["ResourceDataSync", "DataExportConfiguration"] as const)(
  "a removal of a %s whose role is gone is tried all the same, and says so before",
  async (type) => {
    const found = await findingsFor(type, "Gone", { createdAt: "2026-01-01T00:00:00.000Z" });
    expect(found).toMatchObject([{ code: "role-missing", severity: "warning" }]);
  },
);

it("where all is to go, a deletion that is refused keeps nothing else from going, but for a drop that comes after another deletion", async () => {
  const endsAll = { endsAll: true };
  const refused = (severity: string) => [{ code: "permission-missing", severity }];
  expect(await findingsFor("ResourceDataSync", "NoSync", endsAll)).toMatchObject(refused("warning"));
  expect(await findingsFor("DataExportConfiguration", "NoExport", endsAll)).toMatchObject(refused("warning"));
  expect(await findingsFor("AssetTable", "NoDrop", endsAll)).toMatchObject(refused("error"));
});

it.each([
  ["Gone", "role-missing"],
  ["NoSync", "permission-missing"],
])(
  "a sync that another role is to replace is deleted by its own, %s, and what that may not do is told",
  async (role, code) => {
    const desired = { account, region, role: `arn:aws:iam::${account}:role/Everything`, ...settings.ResourceDataSync };
    const recorded = { ...desired, role: `arn:aws:iam::${account}:role/${role}` };
    const replaced = { ...desired, s3Destination: { bucketName: "acme-backups", region, prefix: "new" } };
    const found = await findingsFor("ResourceDataSync", "Everything", {
      isRemoval: false,
      desired: replaced,
      recorded,
    });
    expect(found.filter(({ property }) => property === "role")).toMatchObject([{ code, severity: "error" }]);
  },
);
