import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import { type EmulatorWorld, emulatorWorld } from "../support/emulator-world.ts";

const account = "012345678901";
const region = "us-east-1";

const everythingBut = (...actions: string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "*", Resource: "*" },
    ...(actions.length > 0 ? [{ Effect: "Deny", Action: actions, Resource: "*" }] : []),
  ],
});
const roles = {
  Everything: { policy: everythingBut() },
  NoDrop: { policy: everythingBut("s3tables:DeleteTable") },
  NoPut: { policy: everythingBut("datazone:PutDataExportConfiguration") },
  NoEnd: { policy: everythingBut("datazone:DeleteDataExportConfiguration") },
  NoWrite: { policy: everythingBut("s3:PutObject") },
  NoQuestion: { policy: everythingBut("iam:SimulatePrincipalPolicy") },
};

let world: EmulatorWorld;
beforeAll(async () => {
  const domains = [
    { id: "dzd_alpha", name: "Alpha" },
    { id: "dzd_beta", name: "Beta" },
  ];
  world = await emulatorWorld({
    accounts: { [account]: { roles, regions: { [region]: { domains } } } },
    buckets: { "acme-backups": { region, account, versioning: "Enabled" } },
  });
  const datazone = new DataZoneClient(world.clientOf(account));
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
  await world.advance(1, 3);
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

async function findingsFor(role: string) {
  const claim = (domain: string) => ({
    account,
    region,
    role: `arn:aws:iam::${account}:role/${role}`,
    domain,
    backup: "s3://acme-backups/catalog",
  });
  const urn = `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:AssetTable::${account}/${region}`;
  const change = { type: "AssetTable", urn, desired: claim("dzd_beta"), recorded: claim("dzd_alpha") } as const;
  const looker = new Preflight({
    connections: [change.desired],
    interrupted: {},
    signal: new AbortController().signal,
  });
  const { findings } = await looker.outlook(change);
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

it("a role that may do everything is told nothing, and one that may not ask is told so", async () => {
  expect(await findingsFor("Everything")).toEqual([]);
  const message = expect.stringMatching(/NoQuestion may take every step.* is not known: .*SimulatePrincipalPolicy/);
  expect(await findingsFor("NoQuestion")).toEqual([{ code: "unknown", severity: "warning", message }]);
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
      message: expect.stringMatching(/AccessDenied.*\nAllow it to the role/s),
    });
  },
);

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
