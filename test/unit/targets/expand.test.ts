import { expect, it } from "vitest";
import { codesOf, expandText, organizationOf } from "../../support/spec/expand-text.ts";

const accounts = `version: 1
accounts:
  audit: "111122223333"
  catalog: { id: "012345678901", role: "arn:aws:iam::\${account.id}:role/Own" }
  sandbox: "333344445555"
`;
const unit = "ou-ab12-cdefgh34";
const source = "source: { regions: [us-east-1] }";

const namesOf = async (text: string, looks = {}) =>
  (await expandText(accounts + text, looks)).declarations.map(({ name }) => name);

it("a sync to a bucket has every field that AWS takes", async () => {
  const { declarations, problems } = await expandText(`${accounts}role: arn:aws:iam::\${account.id}:role/Sluice
externalId: acme
syncs:
  inventory:
    targets: { accounts: [audit], regions: [us-east-1] }
    protect: true
    destination:
      bucket: acme-inventory
      region: eu-west-1
      prefix: ssm/\${account.id}/\${account.name}/\${region}
      kmsKey: arn:aws:kms:eu-west-1:111122223333:key/k
      share: organization
`);
  expect(problems).toEqual([]);
  expect(declarations).toEqual([
    {
      type: "ResourceDataSync",
      name: "111122223333/us-east-1/inventory",
      account: "111122223333",
      region: "us-east-1",
      source: { file: "sluice.yaml", line: 9 },
      protect: true,
      inputs: {
        account: "111122223333",
        region: "us-east-1",
        role: "arn:aws:iam::111122223333:role/Sluice",
        externalId: "acme",
        syncName: "inventory",
        syncType: "SyncToDestination",
        s3Destination: {
          bucketName: "acme-inventory",
          region: "eu-west-1",
          prefix: "ssm/111122223333/audit/us-east-1",
          syncFormat: "JsonSerDe",
          awsKmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/k",
          destinationDataSharing: { destinationDataSharingType: "Organization" },
        },
      },
    },
  ]);
});

it.each([
  ["", "SingleAccountMultiRegions", undefined],
  ["organization: entire,", "AwsOrganizations", { organizationSourceType: "EntireOrganization" }],
  [
    `organizationalUnits: [${unit}],`,
    "AwsOrganizations",
    { organizationSourceType: "OrganizationalUnits", organizationalUnits: [unit] },
  ],
])("a sync from a source with `%s` is of the type %s", async (organization, sourceType, awsOrganizationsSource) => {
  const { declarations, problems } = await expandText(
    `${accounts}syncs: { explorer: { targets: { accounts: [audit], regions: [us-east-1] }, source: { ${organization} regions: [us-east-1, eu-west-1] } } }`,
  );
  expect(problems).toEqual([]);
  expect(declarations[0]?.inputs).toEqual({
    account: "111122223333",
    region: "us-east-1",
    syncName: "explorer",
    syncType: "SyncFromSource",
    syncSource: {
      sourceType,
      sourceRegions: ["eu-west-1", "us-east-1"],
      includeFutureRegions: false,
      enableAllOpsDataSources: false,
      ...(awsOrganizationsSource && { awsOrganizationsSource }),
    },
  });
});

it("an export is a configuration and a table, both named after the one place that AWS has", async () => {
  const { declarations, problems } = await expandText(`${accounts}exports:
  catalog:
    targets: { accounts: [catalog], regions: [us-east-1] }
    domain: dzd_4abc
    encryption: { kmsKey: arn:aws:kms:us-east-1:012345678901:key/k }
    recordExpirationDays: 365
    table: { backup: "s3://acme-backups/\${region}/", history: current }
`);
  expect(problems).toEqual([]);
  const shared = {
    account: "012345678901",
    region: "us-east-1",
    role: "arn:aws:iam::012345678901:role/Own",
    domain: "dzd_4abc",
    encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: "arn:aws:kms:us-east-1:012345678901:key/k" },
  };
  expect(declarations.map(({ type, name, inputs }) => ({ type, name, inputs }))).toEqual([
    {
      type: "AssetTable",
      name: "012345678901/us-east-1",
      inputs: {
        ...shared,
        backup: "s3://acme-backups/us-east-1",
        method: "copy",
        history: "current",
        onRemoval: "keep",
        leftover: "ask",
      },
    },
    {
      type: "DataExportConfiguration",
      name: "012345678901/us-east-1",
      inputs: { ...shared, enabled: true, recordExpirationDays: 365 },
    },
  ]);
});

it("what is excluded stays out, whatever selects it", async () => {
  const organization = organizationOf({
    [unit]: [
      { id: "333344445555", name: "sandbox" },
      { id: "444455556666", name: "dev" },
    ],
  });
  const all = `accounts: all, organizationalUnits: [${unit}], regions: [us-east-1, eu-west-1]`;
  const out = `exclude: { accounts: [sandbox, "012345678901"], regions: [eu-west-1] }`;
  expect(await namesOf(`syncs: { s: { targets: { ${all}, ${out} }, ${source} } }`, { organization })).toEqual([
    "111122223333/us-east-1/s",
    "444455556666/us-east-1/s",
  ]);
  expect(
    await namesOf(`syncs: { s: { targets: { ${all}, exclude: { organizationalUnits: [${unit}] } }, ${source} } }`, {
      organization,
    }),
  ).toEqual(["012345678901", "111122223333"].flatMap((id) => [`${id}/eu-west-1/s`, `${id}/us-east-1/s`]));
});

it("an account below a unit can be left out by its name in AWS Organizations", async () => {
  const text = `syncs: { s: { targets: { organizationalUnits: [${unit}], regions: [us-east-1], exclude: { accounts: [dev] } }, ${source} } }`;
  const organization = organizationOf({
    [unit]: [
      { id: "444455556666", name: "dev" },
      { id: "555566667777", name: "prod" },
    ],
  });
  expect(await namesOf(text, { organization })).toEqual(["555566667777/us-east-1/s"]);
  const renamed = organizationOf({ [unit]: [{ id: "444455556666", name: "development" }] });
  expect(codesOf((await expandText(accounts + text, { organization: renamed })).problems)).toEqual(["unknown-account"]);
});

it("a unit that the organization does not have is a problem at its place", async () => {
  const text = `syncs: { s: { targets: { organizationalUnits: [${unit}], regions: [us-east-1] }, ${source} } }`;
  const { problems } = await expandText(accounts + text, { organization: organizationOf({}) });
  expect(problems).toMatchObject([{ code: "unknown-organizational-unit", line: 6, column: 48 }]);
});

it("offline, units and the caller's own account are warnings, and the rest is listed", async () => {
  const text = `syncs:
  s: { targets: { accounts: [audit], organizationalUnits: [${unit}], regions: [us-east-1] }, ${source} }
  own: { ${source} }`;
  const { declarations, problems } = await expandText(accounts + text);
  expect(declarations.map(({ name }) => name)).toEqual(["111122223333/us-east-1/s"]);
  expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    "warning needs-organization",
    "warning implicit-self",
    "warning needs-caller",
  ]);
});

it("an entry without targets is for the caller's own account in the environment's Region, with the ambient credentials", async () => {
  const text = `role: arn:aws:iam::\${account.id}:role/Sluice\nsyncs: { s: { ${source} } }`;
  const caller = async () => ({ account: "999988887777", region: "eu-west-1" });
  const { declarations } = await expandText(accounts + text, { caller });
  expect(declarations.map(({ inputs }) => inputs)).toMatchObject([{ account: "999988887777", region: "eu-west-1" }]);
  expect(declarations[0]?.inputs).not.toHaveProperty("role");
  const nowhere = await expandText(accounts + text, {
    caller: async () => ({ account: "999988887777", region: undefined }),
  });
  expect(codesOf(nowhere.problems)).toEqual(["implicit-self", "no-region"]);
});

it("a renamed key, a renamed account and another order change no name and no input", async () => {
  const one = `version: 1
accounts: { a: "111122223333", b: "222233334444" }
exports: { first: { targets: { accounts: [a, b], regions: [us-east-1] }, domain: dzd_a, table: { backup: none } } }
syncs: { one: { name: inventory, targets: { accounts: [b], regions: [us-east-1] }, ${source} } }`;
  const two = `version: 1
syncs: { uno: { name: inventory, targets: { accounts: [beta], regions: [us-east-1] }, ${source} } }
exports: { primo: { targets: { accounts: [beta, alpha], regions: [us-east-1] }, domain: dzd_a, table: { backup: none } } }
accounts: { beta: "222233334444", alpha: "111122223333" }`;
  const strip = async (text: string) =>
    (await expandText(text)).declarations.map(({ type, name, inputs }) => ({ type, name, inputs }));
  expect(await strip(two)).toEqual(await strip(one));
});

it("accounts have the names of the spec, or else those of the organization", async () => {
  const text = `syncs: { s: { targets: { accounts: [audit], organizationalUnits: [${unit}], regions: [us-east-1] }, ${source} } }`;
  const looks = { organization: organizationOf({ [unit]: [{ id: "555566667777", name: "team-5" }] }) };
  expect((await expandText(accounts + text, looks)).names).toEqual({
    "111122223333": "audit",
    "555566667777": "team-5",
  });
});
