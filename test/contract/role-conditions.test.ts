import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Preflight } from "../../providers/preflight.ts";
import type { PlannedChange } from "../../providers/planned-change.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const account = "222233334444";
const organization = "o-acme123456";
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const allowedBut = (Action: string, Condition: object) => ({
  policy: policy(everything, { Effect: "Deny", Action, Resource: "*", Condition }),
});

const roles = {
  Region: allowedBut("ssm:Create*", { StringNotEquals: { "aws:RequestedRegion": "us-east-1" } }),
  AllowedRegion: {
    policy: policy(
      { Effect: "Allow", NotAction: "ssm:Create*", Resource: "*" },
      { ...everything, Condition: { StringEquals: { "AWS:requestedregion": "us-east-1" } } },
    ),
  },
  SyncType: allowedBut("ssm:Create*", { StringEquals: { "ssm:SyncType": "SyncFromSource" } }),
  Session: allowedBut("ssm:Create*", { StringEquals: { "aws:PrincipalType": "AssumedRole" } }),
  OtherOrganization: allowedBut("ssm:Create*", { StringNotEquals: { "aws:PrincipalOrgID": "o-other12345" } }),
  OurOrganization: allowedBut("ssm:Create*", { StringNotEquals: { "aws:PrincipalOrgID": organization } }),
  NoLinkedRole: allowedBut("iam:Create*", {
    StringEquals: { "iam:AWSServiceName": "accountdiscovery.ssm.amazonaws.com" },
  }),
  NoTableBucket: allowedBut("s3tables:CreateTableBucket", { Null: { "aws:PrincipalArn": "false" } }),
  Address: allowedBut("ssm:Create*", { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } }),
  Until: {
    policy: policy(
      { Effect: "Allow", NotAction: "ssm:Create*", Resource: "*" },
      { ...everything, Condition: { DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } } },
    ),
  },
  Nothing: { policy: policy({ Effect: "Allow", NotAction: "ssm:*", Resource: "*" }) },
  Unknown: allowedBut("ssm:Create*", { StringEquals: { "aws:PrincipalTag/team": "catalog" } }),
};

let world: EmulatorWorld;
beforeAll(async () => {
  world = await emulatorWorld({
    organization: { id: organization, management: "111122223333", delegatedAdministrator: account },
    accounts: {
      "111122223333": {},
      [account]: { roles, regions: { "us-east-1": { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } },
    },
    buckets: { "acme-inventory": { region: "us-east-1", account, policy: "ssm-delivery" } },
  });
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "us-east-1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

function newSync(role: keyof typeof roles, region: string, type = "SyncToDestination"): PlannedChange {
  const settings =
    type === "SyncToDestination"
      ? { s3Destination: { bucketName: "acme-inventory", region: "us-east-1" } }
      : { syncSource: { sourceType: "SingleAccountMultiRegions", sourceRegions: [region] } };
  return {
    type: "ResourceDataSync",
    urn: `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:ResourceDataSync::${account}/${region}/inventory`,
    desired: {
      account,
      region,
      role: `arn:aws:iam::${account}:role/${role}`,
      syncName: "inventory",
      syncType: type,
      ...settings,
    },
  };
}

/** The Regions, or types, of which a look ahead for all these syncs of one plan finds that the role may not make them. */
async function refused(...changes: PlannedChange[]): Promise<unknown[]> {
  const connection = { account, region: "us-east-1", role: changes[0]!.desired["role"] as string };
  const signal = new AbortController().signal;
  const looker = new Preflight({ connections: { used: [connection] }, interrupted: {}, changes, signal });
  const outlooks = await Promise.all(changes.map((change) => looker.forecast(change)));
  return changes.flatMap(({ desired }, index) => {
    const codes = outlooks[index]!.findings.map(({ code }) => code);
    expect(codes.filter((code) => code !== "permission-missing")).toEqual([]);
    return codes.map(() => `${String(desired["region"])} ${String(desired["syncType"])}`);
  });
}

it.each([
  ["NoLinkedRole", "error"],
  ["OurOrganization", "warning"],
] as const)(
  "whether the role %s may make the service-linked role that is missing is asked: %s",
  async (role, severity) => {
    const { desired, ...change } = newSync(role, "us-east-1", "SyncFromSource");
    const syncSource = {
      sourceType: "AwsOrganizations",
      sourceRegions: ["us-east-1"],
      awsOrganizationsSource: { organizationSourceType: "EntireOrganization" },
    };
    const signal = new AbortController().signal;
    const looker = new Preflight({ connections: { used: [] }, interrupted: {}, signal });
    const { findings } = await looker.forecast({ ...change, desired: { ...desired, syncSource } });
    expect(findings).toMatchObject([{ code: "service-linked-role", severity }]);
  },
);

it("a role that may not make the table bucket of a first export is told so, which stops nothing where the bucket may be there", async () => {
  const signal = new AbortController().signal;
  const looker = new Preflight({ connections: { used: [] }, interrupted: {}, signal });
  const findingsFor = async (changes: object) => {
    const { desired, ...rest } = newSync("NoTableBucket", "us-east-1");
    const { account, region, role } = desired;
    const wanted = { account, region, role, domain: "dzd_alpha", enabled: true, ...changes };
    return (await looker.forecast({ ...rest, type: "DataExportConfiguration", desired: wanted })).findings;
  };
  expect(await findingsFor({})).toMatchObject([
    {
      code: "permission-missing",
      severity: "warning",
      message: expect.stringMatching(/bucket\/aws-sagemaker-catalog .* lacks s3tables:CreateTableBucket\.$/),
    },
  ]);
  expect(await findingsFor({ enabled: false })).toEqual([]);
});

const questions = async () =>
  (await world.calls()).filter(({ operation }) => operation === "SimulatePrincipalPolicy").length;

it.each(["Region", "AllowedRegion"] as const)(
  "a role that may work in some Regions alone (%s) is told for the others, and asked once more for each Region",
  async (role) => {
    await world.forgetCalls();
    const found = await refused(newSync(role, "us-east-1"), newSync(role, "eu-west-1"), newSync(role, "eu-west-2"));
    expect(found).toEqual(["eu-west-1 SyncToDestination", "eu-west-2 SyncToDestination"]);
    expect(await questions()).toBe(4);
  },
);

it("a role that may make syncs of one type alone is told for the other, of the same name too", async () => {
  const found = await refused(
    newSync("SyncType", "us-east-1"),
    newSync("SyncType", "us-east-1", "SyncFromSource"),
    newSync("SyncType", "eu-west-1"),
  );
  expect(found).toEqual(["us-east-1 SyncFromSource"]);
});

it.each([
  ["Session", 1],
  ["OtherOrganization", 1],
  ["OurOrganization", 0],
] as const)("what is known of who asks counts: %s", async (role, count) => {
  expect(await refused(newSync(role, "us-east-1"))).toHaveLength(count);
});

it("a condition on what is not known decides nothing, and asks no second question", async () => {
  await world.forgetCalls();
  expect(await refused(newSync("Unknown", "us-east-1"))).toEqual([]);
  expect(await questions()).toBe(1);
});

it.each([
  ["Address", "aws:sourceip"],
  ["Until", "aws:currenttime"],
] as const)(
  "a role that may not do it by a condition on what AWS alone knows (%s) is told once as not known, with the condition",
  async (role, key) => {
    const changes = [
      newSync(role, "us-east-1"),
      newSync(role, "us-east-1", "SyncFromSource"),
      newSync(role, "eu-west-1"),
    ];
    const signal = new AbortController().signal;
    const looker = new Preflight({ connections: { used: [] }, interrupted: {}, changes, signal });
    for (const change of changes) expect((await looker.forecast(change)).findings).toEqual([]);
    const found = await looker.unknownRoleFindings();
    expect(found.map(({ change }) => change)).toEqual([changes[0], changes[2]]);
    expect(found[0]!.finding).toMatchObject({
      code: "unknown",
      severity: "warning",
      message: expect.stringContaining(`for ssm:CreateResourceDataSync its policies have conditions on ${key}, which`),
    });
    expect(await looker.unknownRoleFindings()).toEqual([]);
  },
);

it("a role that may not even look is told what it may not do all the same", async () => {
  const signal = new AbortController().signal;
  const looker = new Preflight({ connections: { used: [] }, interrupted: {}, signal });
  expect((await looker.forecast(newSync("Nothing", "us-east-1"))).findings).toMatchObject([
    { code: "unknown", severity: "warning", message: expect.stringContaining("ssm:ListResourceDataSync") },
    { code: "permission-missing", severity: "error", message: expect.stringContaining("ssm:CreateResourceDataSync") },
  ]);
});
