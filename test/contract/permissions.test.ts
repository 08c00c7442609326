import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const account = "012345678901";
const region = "us-east-1";

const key = `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`;

const everythingBut = (...actions: string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "*", Resource: "*" },
    ...(actions.length > 0 ? [{ Effect: "Deny", Action: actions, Resource: "*" }] : []),
  ],
});
const when = (Condition: object) => ({ Resource: "*", Condition });
const roles = {
  Conditions: {
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        {
          Effect: "Deny",
          Action: "s3:PutObject",
          ...when({ StringNotEquals: { "s3:x-amz-server-side-encryption": "AES256" } }),
        },
        { Effect: "Deny", Action: "*", ...when({ StringNotEquals: { "aws:RequestedRegion": region } }) },
      ],
    },
  },
  Everything: { policy: everythingBut() },
  NoDrop: { policy: everythingBut("s3tables:DeleteTable") },
  NoPut: { policy: everythingBut("datazone:PutDataExportConfiguration") },
  NoEnd: { policy: everythingBut("datazone:DeleteDataExportConfiguration") },
  NoWrite: { policy: everythingBut("s3:PutObject") },
  NoKey: { policy: everythingBut("kms:GenerateDataKey") },
  NoExpiration: { policy: everythingBut("s3tables:PutTableRecordExpirationConfiguration") },
  NoSync: { policy: everythingBut("ssm:CreateResourceDataSync", "ssm:UpdateResourceDataSync") },
  NoQuestion: { policy: everythingBut("iam:SimulatePrincipalPolicy") },
};

let world: EmulatorWorld;
beforeAll(async () => {
  const domains = [
    { id: "dzd_alpha", name: "Alpha" },
    { id: "dzd_beta", name: "Beta" },
    { id: "dzd_old", name: "Old", version: "V1" },
    { id: "dzd_lent", name: "Lent", sharedFrom: "222233334444" },
  ];
  world = await emulatorWorld({
    accounts: { [account]: { roles, regions: { [region]: { domains } } } },
    buckets: {
      "acme-backups": { region, account, versioning: "Enabled" },
      "acme-abroad": { region: "eu-west-1", account, versioning: "Enabled" },
    },
    keys: { [key]: {} },
  });
  const datazone = new DataZoneClient(world.clientOf(account));
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
  await world.advance(2, 3);
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", region);
});
afterEach(() => fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" }));
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

type Wanted = Record<string, unknown>;

const inputsOf = (role: string, domain: string) => ({
  account,
  region,
  role: `arn:aws:iam::${account}:role/${role}`,
  domain,
  backup: "s3://acme-backups/catalog",
});

/** What a look ahead finds for a switch from dzd_alpha, or, without one, for a new claim. */
async function findingsFor(
  role: string,
  changes: Wanted = {},
  isSwitch = true,
  type: PlannedChange["type"] = "AssetTable",
) {
  const { backup, ...of } = inputsOf(role, "dzd_alpha");
  const recorded = type === "AssetTable" ? { ...of, backup } : of;
  const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:${type}::${account}/${region}`;
  const desired = { ...recorded, domain: "dzd_beta", ...changes };
  const looker = new Preflight({ connections: { used: [of] }, interrupted: {}, signal: new AbortController().signal });
  const { findings } = await looker.forecast({ type, urn, desired, ...(isSwitch && { recorded }) });
  return findings.map(({ code, severity, message }) => ({ code, severity, message }));
}

const missing = (action: string) => [
  { code: "permission-missing", severity: "error", message: expect.stringContaining(`takes: ${action}.`) },
];

it.each([
  ["NoDrop", "s3tables:DeleteTable"],
  ["NoPut", "datazone:PutDataExportConfiguration"],
  ["NoEnd", "datazone:DeleteDataExportConfiguration"],
  ["NoWrite", "s3:PutObject"],
])(
  "a switch by the role %s, which may not do one of its last steps, is refused before its first",
  async (role, action) => {
    expect(await findingsFor(role)).toEqual(missing(action));
    const tables = new S3TablesClient(world.clientOf(account));
    const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
    const table = new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" });
    expect((await tables.send(table)).tableARN).toBeDefined();
  },
);

it("a role that may not make what is new, or change what is there, is told before, and asked about once for all its Regions", async () => {
  const enabling = (role: string) => findingsFor(role, { enabled: true }, false, "DataExportConfiguration");
  const ofExport = (await enabling("NoPut")).filter(({ code }) => code === "permission-missing");
  expect(ofExport).toEqual(missing("datazone:PutDataExportConfiguration"));

  const lookerAt = (...changes: PlannedChange[]) =>
    new Preflight({ connections: { used: [] }, interrupted: {}, changes, signal: new AbortController().signal });
  const syncIn = (syncRegion: string, role: string, isChange: boolean): PlannedChange => {
    const { domain: _domain, backup: _backup, ...of } = inputsOf(role, "dzd_alpha");
    const source = { sourceType: "SingleAccountMultiRegions", sourceRegions: [region] };
    const recorded = {
      ...of,
      region: syncRegion,
      syncName: "explorer",
      syncType: "SyncFromSource",
      syncSource: source,
    };
    const desired = { ...recorded, syncSource: { ...source, sourceRegions: [region, "eu-west-1"] } };
    const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:ResourceDataSync::${account}/${syncRegion}/explorer`;
    return { type: "ResourceDataSync", urn, desired, isInPlace: isChange, ...(isChange && { recorded }) };
  };
  await world.forgetCalls();
  const changes = [region, "eu-west-1"].map((syncRegion) => syncIn(syncRegion, "NoSync", false));
  const looker = lookerAt(...changes);
  for (const change of changes) {
    const { findings } = await looker.forecast(change);
    const syncRegion = change.desired["region"] as string;
    expect(findings).toMatchObject(missing("ssm:CreateResourceDataSync"));
    expect(findings[0]!.message).toContain(`a sync in ${account}/${syncRegion} takes`);
  }
  const questions = (await world.calls()).filter(({ operation }) => operation === "SimulatePrincipalPolicy");
  expect(questions).toHaveLength(1);
  const changed = (await lookerAt().forecast(syncIn(region, "NoSync", true))).findings.map(({ message }) => message);
  expect(changed.join()).toContain("takes: ssm:UpdateResourceDataSync.");
  expect((await lookerAt().forecast(syncIn(region, "NoQuestion", false))).findings).toEqual([]);
});

const encryption = { sseAlgorithm: "aws:kms", kmsKeyArn: key };

it("a role that may not use the key of the copies, or set the expiration of rows, is refused before the first step", async () => {
  expect(await findingsFor("NoKey", { backupKey: key })).toEqual(missing("kms:GenerateDataKey"));
  const allowLoss = [{ of: "dzd_beta", reason: "a test" }];
  const settings = { recordExpirationDays: 30, assetTable: `${account}/${region}/dzd_beta`, allowLoss };
  const expiring = await findingsFor("NoExpiration", settings, true, "DataExportConfiguration");
  expect(expiring).toEqual(missing("s3tables:PutTableRecordExpirationConfiguration"));
});

it("the conditions of a role's policy are judged by what the switch's requests say", async () => {
  expect(await findingsFor("Conditions")).toEqual([]);
  expect(await findingsFor("Conditions", { backupKey: key })).toEqual(missing("s3:PutObject"));
});

it("a key of another Region than the bucket of the backups stops a switch", async () => {
  const abroad = await findingsFor("Everything", { backup: "s3://acme-abroad/catalog", backupKey: key });
  expect(abroad).toMatchObject([
    {
      code: "key-unusable",
      severity: "error",
      message: expect.stringContaining("acme-abroad is in eu-west-1, and the key"),
    },
  ]);
});

it.each([
  ["a domain of version V1", { domain: "dzd_old" }, undefined, "domain-state"],
  ["a domain that another account shares", { domain: "dzd_lent" }, undefined, "domain-state"],
  ["a key whose state may not be read", { encryption }, "DescribeKey", "unknown"],
  ["a key whose policy may not be read", { encryption }, "GetKeyPolicy", "unknown"],
])(
  "%s, which AWS may refuse, is a warning for a new export, and stops a switch that would end one that runs",
  async (_, changes, operation, code) => {
    if (operation !== undefined) {
      await world.fault({ service: "kms", operation, error: "AccessDeniedException", times: 1000 });
    }
    const found = { code, message: expect.any(String) };
    expect(await findingsFor("Everything", changes, false)).toContainEqual({ ...found, severity: "warning" });
    expect(await findingsFor("Everything", changes)).toContainEqual({ ...found, severity: "error" });
  },
);

it("a role that may do everything is told nothing, and one that may not ask is told so", async () => {
  expect(await findingsFor("Everything")).toEqual([]);
  const message = expect.stringMatching(
    /NoQuestion may take every step.* is not known \(.*SimulatePrincipalPolicy.*after the earlier ones have taken something away/s,
  );
  expect(await findingsFor("NoQuestion")).toEqual([{ code: "unknown", severity: "warning", message }]);
});

it("an IAM that answers nobody is waited for so long and no longer", async () => {
  await world.fault({ service: "iam", operation: "*", when: "before", error: "reset", times: 1000 });
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const waits = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => timeout(milliseconds / 40));
  const began = Date.now();
  const message = expect.stringContaining("is not known (IAM has not answered for 20 s)");
  expect(await findingsFor("Everything")).toEqual([{ code: "unknown", severity: "warning", message }]);
  expect(waits).toHaveBeenCalledWith(20_000);
  expect(Date.now() - began).toBeLessThan(10_000);
  waits.mockRestore();
});

it.each([
  ["datazone", "ListDomains"],
  ["s3tables", "GetTable"],
])(
  "a look that %s refuses at %s is told as what it is, and not as a fault of the backups' place",
  async (service, operation) => {
    await world.fault({ service, operation, when: "before", error: "AccessDeniedException", times: 100 });
    const [finding, ...others] = (await findingsFor("Everything")).filter(({ severity }) => severity === "error");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: "permission-missing",
      message: expect.stringMatching(/^Could not look at .*: AccessDenied.*\.$/),
    });
  },
);

it("a copy of the current snapshot alone tells what the older ones come to, and the table is counted whole", async () => {
  const changed = { ...inputsOf("Everything", "dzd_alpha"), domain: "dzd_beta", history: "current" };
  const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:AssetTable::${account}/${region}`;
  const of = inputsOf("Everything", "dzd_alpha");
  const outlookOf = (desired: Wanted) =>
    new Preflight({ connections: { used: [of] }, interrupted: {}, signal: new AbortController().signal }).forecast({
      type: "AssetTable",
      urn,
      desired,
      recorded: of,
    });
  const whole = await outlookOf({ ...of, domain: "dzd_beta" });
  const current = await outlookOf(changed);
  expect(whole.findings).toEqual([]);
  const older = whole.claim!.contents!.snapshots - 1;
  expect(older).toBeGreaterThan(0);
  expect(current.findings).toMatchObject([
    {
      code: "data-loss",
      severity: "warning",
      message: expect.stringMatching(/older snapshots? .*gone with the table/),
    },
  ]);
  expect(current.claim!.contents).toEqual(whole.claim!.contents);
});

it("credentials that stay refused after they were renewed stop the plan", async () => {
  await world.fault({
    service: "datazone",
    operation: "ListDomains",
    when: "before",
    error: "ExpiredTokenException",
    times: 100,
  });
  const findings = await findingsFor("Everything");
  expect(findings).toMatchObject([
    { code: "credentials", severity: "error", message: expect.stringContaining("ExpiredToken") },
  ]);
});

it("the caller's own session, once it is over, is told of the caller and not as a role that is missing", async () => {
  await world.fault({ service: "sts", operation: "AssumeRole", error: "ExpiredToken", times: 100 });
  await expect(findingsFor("NeverAssumed")).rejects.toThrow(/the session has expired.*AWS_ACCESS_KEY_ID/s);
});
