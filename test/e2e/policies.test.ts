import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { PolicySet } from "../../src/operate/policy-set.ts";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { Call, TestWorld } from "../support/world.ts";

const key = `arn:aws:kms:us-east-1:${catalog}:key/99999999-2222-3333-4444-555555555555`;
const exported = spec().exports.catalog;
const specOf = (domain: string, regions = ["us-east-1", "eu-west-1"]) => {
  const { exports: _exports, ...rest } = spec({ sourceRegions: regions });
  const catalogExport = { ...exported, domain, recordExpirationDays: 400, encryption: { kmsKey: key } };
  return { ...rest, role: `arn:aws:iam::\${account.id}:role/Sluice`, exports: { catalog: catalogExport } };
};

/** A world in which the roles may do what the command says that they need. */
async function enforced(policies: PolicySet): Promise<TestWorld> {
  const lame = policies.deploy.Statement.filter(({ Sid }) => Sid !== "ChangeExports");
  const reading = JSON.parse(JSON.stringify(policies.preview).replaceAll('role/Sluice"', 'role/Sluice*"')) as object;
  const roles = {
    Sluice: { policy: policies.deploy },
    SluiceLame: { policy: { ...policies.deploy, Statement: lame } },
    SluicePreview: { policy: reading },
  };
  const accounts = Object.fromEntries(Object.entries(seed.accounts).map(([id, own]) => [id, { ...own, roles }]));
  const inventory = { ...seed.buckets["acme-inventory"], policy: policies.buckets["acme-inventory"] };
  const buckets = { ...seed.buckets, "acme-inventory": inventory };
  return testWorld({ seed: { ...seed, accounts, buckets, keys: { [key]: {} } }, account: audit });
}

let policies: PolicySet;
let world: TestWorld;
beforeAll(async () => {
  const plain = await testWorld({ seed, account: audit });
  await plain.writeSpec(specOf("dzd_alpha"));
  const { code, out, err } = await typed(plain, ["policies", "--caller", audit]);
  expect(code, err).toBe(0);
  policies = JSON.parse(out) as PolicySet;
  await plain.close();
  world = await enforced(policies);
}, 60_000);
afterAll(() => world.close());

const run = (on: TestWorld, ...argv: string[]) =>
  typed(on, [...argv, ...(argv[0] === "status" ? [] : ["--engine", "embedded", "--state", `file://${on.folder}`])]);

/** A first deployment, a changed source, a switch of domains foreseen by the role that reads and made by the other, a look, and the end. */
async function story(on: TestWorld): Promise<string[]> {
  const failed: string[] = [];
  const step = async (what: string, argv: string[], code = 0) => {
    const ran = await run(on, ...argv);
    if (ran.code !== code) failed.push(`${what}: ${ran.code}\n${ran.all}`);
  };
  await on.writeSpec(specOf("dzd_alpha"));
  await step("up", ["up", "--yes"]);
  await on.advance(1);
  await on.writeSpec(specOf("dzd_beta", ["us-east-1"]));
  vi.stubEnv("SLUICE_READ_ROLE", "SluicePreview");
  await step("preview", ["preview", "--refresh"]);
  await step("up by a role that reads", ["up", "--yes"], 2);
  vi.stubEnv("SLUICE_READ_ROLE", undefined);
  await step("switch", ["up", "--yes"]);
  await on.advance(1);
  await step("status", ["status"]);
  await step("discover", ["discover"]);
  await step("destroy", ["destroy", "--yes"]);
  return failed;
}

/** The refusal that is meant: another account's bucket policy. */
const meant = ["s3:GetBucketPolicy"];

const refusedIn = (calls: readonly Call[]) =>
  calls
    .filter(({ error }) => /AccessDenied|Forbidden/.test(error ?? ""))
    .map(({ service, operation }) => `${service}:${operation}`);

it("are enough: a deployment, a switch foreseen and made, a look and the end, with no refusal but those that are meant", async () => {
  expect(await story(world)).toEqual([]);
  expect([...new Set(refusedIn(await world.calls()))].toSorted()).toEqual(meant);
}, 120_000);

/** The operations that are another action's, by https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html. */
const actionsOfOperations: Record<string, string> = {
  ListBuckets: "ListAllMyBuckets",
  ListObjectsV2: "ListBucket",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
};

it("name everything that is called but AssumeRole, which is the caller's", async () => {
  const made = new Set(
    (await world.calls()).map(({ service, operation }) => `${service}:${actionsOfOperations[operation] ?? operation}`),
  );
  const granted = new Set(policies.deploy.Statement.flatMap(({ Action }) => Action));
  expect([...made].filter((action) => !granted.has(action))).toEqual(["sts:AssumeRole"]);
});

it("let an export without an expiration be read for one, which its creation asks for", async () => {
  const { catalog: one } = specOf("dzd_alpha").exports;
  await world.writeSpec({ ...specOf("dzd_alpha"), exports: { catalog: { ...one, recordExpirationDays: undefined } } });
  const { out } = await typed(world, ["policies", "--caller", audit]);
  const { deploy } = JSON.parse(out) as PolicySet;
  const actions = deploy.Statement.flatMap(({ Action }) => Action);
  expect(actions).toContain("s3tables:GetTableRecordExpirationConfiguration");
  expect(actions).not.toContain("s3tables:PutTableRecordExpirationConfiguration");
});

it("are fewer for the role that reads: nothing that changes", () => {
  const read = policies.preview.Statement.flatMap(({ Action }) => Action);
  expect(read.filter((action) => !/:(Get|List|Describe|Decrypt|Simulate)/.test(action))).toEqual([]);
});

it("tell the role that reads what the one that deploys may not do, before anybody approves it", async () => {
  const wanted = specOf("dzd_alpha");
  await world.writeSpec({ ...wanted, role: wanted.role.replace("/Sluice", "/SluiceLame") });
  vi.stubEnv("SLUICE_READ_ROLE", "SluicePreview");
  const { code, out } = await run(world, "preview", "--stack", "new", "--create", "-o", "json");
  vi.stubEnv("SLUICE_READ_ROLE", undefined);
  const [finding] = (JSON.parse(out) as Plan).preflight.findings;
  expect({ code, finding }).toMatchObject({
    code: 5,
    finding: {
      code: "permission-missing",
      message: expect.stringMatching(/role\/SluiceLame .*datazone:PutDataExportConfiguration/) as string,
    },
  });
});
