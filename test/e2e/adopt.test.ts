import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import {
  GetTableCommand,
  PutTableRecordExpirationConfigurationCommand,
  S3TablesClient,
} from "@aws-sdk/client-s3tables";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { CreateResourceDataSyncCommandInput } from "@aws-sdk/client-ssm";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { audit, catalog, seed, workloads } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const role = "arn:aws:iam::${account.id}:role/Sluice";
const regions = ["us-east-1", "eu-west-1"];
const key = `arn:aws:kms:us-east-1:${audit}:key/0f0f0f0f-2222-3333-4444-555555555555`;
const exportKey = `arn:aws:kms:us-east-1:${catalog}:key/0e0e0e0e-2222-3333-4444-555555555555`;
const unit = "ou-ab12-cdefgh34";

const domainsOf = (region: string) => [
  { id: `dzd_${region.slice(0, 2)}_one`, name: "One" },
  { id: `dzd_${region.slice(0, 2)}_two`, name: "Two" },
];

/** Whoever does not give the external id gets into no account by the role. */
const roles = { Sluice: { externalId: "acme" } };

const manySeed = {
  ...seed,
  accounts: {
    [audit]: { ...seed.accounts[audit], roles },
    [workloads]: { ...seed.accounts[workloads], roles: { ...roles, Special: { externalId: "special" } } },
    [catalog]: {
      name: "catalog",
      roles,
      regions: Object.fromEntries(regions.map((region) => [region, { domains: domainsOf(region) }])),
    },
  },
  keys: { ...seed.keys, [key]: {}, [exportKey]: {} },
};

const place = fc.record({ account: fc.constantFrom(audit, catalog, workloads), region: fc.constantFrom(...regions) });
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,12}$/);
const prefix = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom("shared", `ssm/${audit}`, "ssm/OWN", "OWN/a b", "odd${x}", "true", "1.0", "a: b #c"),
);

const delivered = fc.record({ place, name, prefix, encrypted: fc.boolean() });
const sourced = fc.record({
  place,
  name,
  regions: fc.uniqueArray(fc.constantFrom(...regions, "ap-south-1"), { minLength: 1 }),
  future: fc.boolean(),
  all: fc.boolean(),
  organization: fc.constantFrom("no", "entire", "unit"),
});
const exported = fc.record({
  region: fc.constantFrom(...regions),
  domain: fc.constantFrom(0, 1),
  state: fc.constantFrom("on", "off", "never on"),
  encrypted: fc.boolean(),
  days: fc.option(fc.integer({ min: 1, max: 400 })),
  exportedDays: fc.constantFrom(0, 1),
});

interface Made {
  delivered: typeof delivered extends fc.Arbitrary<infer T> ? T[] : never;
  sourced: typeof sourced extends fc.Arbitrary<infer T> ? T[] : never;
  exported: typeof exported extends fc.Arbitrary<infer T> ? T[] : never;
}

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed: manySeed, account: audit });
});
afterAll(() => world.close());

/** Makes things by hand, as somebody did long ago; what AWS refuses is not made. Returns how many were. */
async function makeByHand(made: Made): Promise<number> {
  let count = 0;
  const create = async (at: { account: string; region: string }, input: CreateResourceDataSyncCommandInput) => {
    const sent = new SSMClient(world.clientOf(at.account, at.region)).send(new CreateResourceDataSyncCommand(input));
    await sent.then(
      () => count++,
      (error: Error) => expect(error.name).toMatch(/AlreadyExists|CountExceeded/),
    );
  };
  for (const { place: at, name: SyncName, prefix: Prefix, encrypted } of made.delivered) {
    const S3Destination = {
      BucketName: "acme-inventory",
      Region: "us-east-1",
      SyncFormat: "JsonSerDe" as const,
      ...(Prefix !== undefined && { Prefix: Prefix.replace("OWN", at.account) }),
      ...(encrypted && { AWSKMSKeyARN: key }),
    };
    await create(at, { SyncName, SyncType: "SyncToDestination", S3Destination });
  }
  for (const { place: at, name: SyncName, regions: SourceRegions, future, all, organization } of made.sourced) {
    const units = organization === "unit" ? { OrganizationalUnits: [{ OrganizationalUnitId: unit }] } : {};
    const isOwn = organization === "no" || at.account !== audit;
    const SyncSource = {
      SourceType: isOwn ? "SingleAccountMultiRegions" : "AwsOrganizations",
      SourceRegions,
      IncludeFutureRegions: future,
      EnableAllOpsDataSources: all,
      ...(!isOwn && {
        AwsOrganizationsSource: {
          OrganizationSourceType: organization === "unit" ? "OrganizationalUnits" : "EntireOrganization",
          ...units,
        },
      }),
    };
    await create(at, { SyncName, SyncType: "SyncFromSource", SyncSource });
  }
  for (const { region, domain, state, encrypted, days, exportedDays } of made.exported) {
    const datazone = new DataZoneClient(world.clientOf(catalog, region));
    const put = (enableExport: boolean, more: object = {}) =>
      datazone.send(
        new PutDataExportConfigurationCommand({
          domainIdentifier: domainsOf(region)[domain]!.id,
          enableExport,
          ...more,
        }),
      );
    const kms = encrypted && region === "us-east-1";
    await put(
      state !== "never on",
      kms ? { encryptionConfiguration: { sseAlgorithm: "aws:kms", kmsKeyArn: exportKey } } : {},
    );
    if (exportedDays > 0) await world.advance(exportedDays, 3);
    if (days !== null && state !== "never on") await expire(region, days);
    if (state === "off") await put(false);
    count++;
  }
  return count;
}

async function expire(region: string, days: number): Promise<void> {
  const s3tables = new S3TablesClient(world.clientOf(catalog, region));
  const tableBucketARN = `arn:aws:s3tables:${region}:${catalog}:bucket/aws-sagemaker-catalog`;
  const at = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  const { tableARN } = await s3tables.send(new GetTableCommand(at));
  const value = { status: "enabled", settings: { days } } as const;
  await s3tables.send(new PutTableRecordExpirationConfigurationCommand({ tableArn: tableARN, value }));
}

/** Puts what an import file says into the state, as `pulumi import` does: with the outputs as they are, and without dependencies. */
async function importIntoState(folder: string): Promise<void> {
  const { resources } = JSON.parse(await readFile(path.join(folder, "import.json"), "utf8"));
  const file = path.join(folder, ".pulumi/stacks/sluice/dev.json");
  const state = JSON.parse(await readFile(file, "utf8"));
  const { latest } = state.checkpoint;
  const own = latest.resources.filter(({ type }: { type: string }) => type.startsWith("pulumi-nodejs:"));
  const named = (all: { type: string; name: string }[]) =>
    all.map(({ type, name: called }) => `${type} ${called}`).toSorted();
  const recorded = own.map(({ type, urn }: { type: string; urn: string }) => ({ type, name: urn.split("::").at(-1)! }));
  expect(named(resources)).toEqual(named(recorded));
  for (const entry of own) {
    const imported = resources.find((each: { type: string; name: string }) =>
      entry.urn.endsWith(`::${each.type}::${each.name}`),
    );
    expect(imported.id).toBe(entry.id);
    Object.assign(entry, { inputs: imported.inputs, outputs: imported.outputs });
    delete entry.dependencies;
    delete entry.propertyDependencies;
  }
  await writeFile(file, JSON.stringify(state));
}

it("what exists becomes a spec whose first up changes nothing, and an import file, and the next preview is empty after either", async () => {
  const worlds = Number(process.env["SLUICE_ADOPTIONS"] ?? 20);
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  const everything = fc.record({
    delivered: fc.array(delivered, { maxLength: 6 }),
    sourced: fc.array(sourced, { maxLength: 4 }),
    exported: fc.uniqueArray(exported, { maxLength: 2, selector: ({ region }) => region }),
  });
  await fc.assert(
    fc.asyncProperty(everything, async (made) => {
      await world.reset();
      const files = ["sluice.yaml", "import.json", ".pulumi"].map((file) => path.join(world.folder, file));
      for (const file of files) await rm(file, { recursive: true, force: true });
      const count = await makeByHand(made);
      const where = ["--organization", ...regions.flatMap((region) => ["--region", region])];
      const by = ["--role", role, "--external-id", "acme"];
      const found = await typed(world, ["adopt", ...where, ...by, "--import-file", "import.json", ...state]);
      expect(found.code, found.err).toBe(0);
      if (count === 0) {
        expect(found).toMatchObject({ out: "", err: expect.stringContaining("nothing to adopt") });
        return;
      }
      await writeFile(path.join(world.folder, "sluice.yaml"), found.out);
      await world.forgetCalls();
      const up = await typed(world, ["up", "--yes", ...state]);
      expect(up.code, up.all).toBe(0);
      const changing = (await world.calls()).filter(
        ({ operation, error }) => /^(Create|Put|Update|Delete)/.test(operation) && !error,
      );
      expect(changing.map(({ service, operation }) => `${service} ${operation}`)).toEqual([]);
      const preview = await typed(world, ["preview", "--expect-no-changes", ...state]);
      expect(preview.code, preview.all).toBe(0);
      await importIntoState(world.folder);
      const imported = await typed(world, ["preview", "--expect-no-changes", ...state]);
      expect(imported.code, imported.all).toBe(0);
    }),
    { numRuns: worlds },
  );
}, 3_600_000);

it("the roles of the spec and their external ids come along, those of an account too, and the preview after either is empty", async () => {
  await world.reset();
  for (const file of ["import.json", ".pulumi"])
    await rm(path.join(world.folder, file), { recursive: true, force: true });
  await makeByHand({
    delivered: ([audit, workloads] as const).map((account) => ({
      place: { account, region: "us-east-1" },
      name: "inventory",
      prefix: "shared",
      encrypted: false,
    })),
    sourced: [],
    exported: [],
  });
  const special = `arn:aws:iam::${workloads}:role/Special`;
  const own = {
    role,
    externalId: "acme",
    accounts: { audit, loads: { id: workloads, role: special, externalId: "special" } },
  };
  const fleet = { accounts: "all", regions: ["us-east-1"] };
  await world.writeSpec({ version: 1, ...own, targets: { fleet } });
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  const found = await typed(world, ["adopt", "--selection", "fleet", "--import-file", "import.json", ...state]);
  expect(found.code, found.err).toBe(0);
  const printed = parse(found.out);
  expect(printed).toMatchObject({ role, externalId: "acme", accounts: { loads: own.accounts.loads } });
  await writeFile(path.join(world.folder, "sluice.yaml"), found.out);
  const up = await typed(world, ["up", "--yes", ...state]);
  expect(up.code, up.all).toBe(0);
  await importIntoState(world.folder);
  const imported = await typed(world, ["preview", "--expect-no-changes", ...state]);
  expect(imported.code, imported.all).toBe(0);
});
