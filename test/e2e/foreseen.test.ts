import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import {
  DeleteTableCommand,
  GetTableCommand,
  GetTableRecordExpirationConfigurationCommand,
  PutTableRecordExpirationConfigurationCommand,
  S3TablesClient,
} from "@aws-sdk/client-s3tables";
import { stringify } from "yaml";
import { DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { tableBucketARN } from "../support/catalog-host.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  const { "acme-backups": backups, ...buckets } = seed.buckets;
  const versioned = { ...buckets, "acme-backups": { ...backups, versioning: "Enabled" } };
  world = await testWorld({ seed: { ...seed, buckets: versioned }, account: audit });
});
afterAll(() => world.close());

const { exports, ...rest } = spec();
let stack = 0;

async function wanting(
  domain: string,
  changes: { table?: object; recordExpirationDays?: number; enabled?: boolean } = {},
) {
  const { table, ...more } = changes;
  const catalogExport = { ...exports.catalog, ...more, domain, table: { ...exports.catalog.table, ...table } };
  await world.writeSpec({ ...rest, syncs: {}, exports: { catalog: catalogExport } });
}

const run = (verb: string, ...args: string[]) =>
  typed(world, [verb, "--engine", "embedded", "--state", `file://${world.folder}`, "--stack", `dev${stack}`, ...args]);

async function up(...args: string[]) {
  const { code, all } = await run("up", "--yes", "--create", ...args);
  expect(code, all).toBe(0);
}

async function previewed(...args: string[]): Promise<{ plan: Plan; claim: Plan["changes"][number]; codes: string[] }> {
  const { out, all } = await run("preview", "-o", "json", "--create", ...args);
  expect(out, all).toMatch(/^\{/);
  const plan = JSON.parse(out) as Plan;
  const claim = plan.changes.find(({ type }) => type === "AssetTable")!;
  return { plan, claim, codes: plan.preflight.findings.map(({ code, severity }) => `${severity} ${code}`) };
}

const datazone = () => new DataZoneClient(world.clientOf(catalog));

const dropTable = () =>
  new S3TablesClient(world.clientOf(catalog)).send(
    new DeleteTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
  );

beforeEach(async () => {
  await world.reset();
  stack++;
});

it("what is wrong with the place of backups is told before the first export, and keeps nobody from it", async () => {
  await wanting("dzd_alpha", { table: { backup: "s3://acme-open/catalog" } });
  const { plan, codes } = await previewed();
  expect(plan.result).toBe("ok");
  expect(codes).toEqual(["warning backup-exposed", "warning backup-exposed"]);
  expect(plan.preflight.findings.map(({ cure }) => cure).join()).toMatch(/public-access-block.*put-bucket-versioning/);
});

it("a warning that the plan has shown is not told again by the run that carries it out", async () => {
  const destination = { bucket: "acme-inventory", region: "us-east-1" };
  await world.writeSpec({ version: 1, syncs: { inventory: { destination } } });
  const { code, out, err } = await run("up", "--yes", "--create");
  expect(code, out + err).toBe(0);
  expect(out).toContain("implicit-self");
  expect(err.split("implicit-self").length - 1, err).toBe(1);
});

it("another domain that took the place of an export by hand is told before a refreshed run meets it", async () => {
  await wanting("dzd_alpha");
  await up();
  await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  await dropTable();
  await datazone().send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
  const { plan, codes } = await previewed("--refresh");
  expect(codes).toEqual(["error export-holder"]);
  expect(plan.result).toBe("blocked");
});

it("an export that is declared again with an expiration is told the rows of its table that it would lose", async () => {
  await wanting("dzd_alpha");
  await up();
  await world.advance(3);
  expect((await run("destroy", "--yes")).code).toBe(0);
  await wanting("dzd_alpha", { recordExpirationDays: 2 });
  const { plan, claim, codes } = await previewed();
  expect(codes).toEqual(["error data-loss", "warning table-leftover"]);
  expect(plan.result).toBe("blocked");
  expect(claim.found).toEqual({ becomes: "kept", owner: "dzd_alpha", isExporting: false });
});

it("a new claim, of another stack too, is told whose table it would drop", async () => {
  await wanting("dzd_alpha");
  await up();
  await world.advance(2);
  expect((await run("destroy", "--yes")).code).toBe(0);
  stack++;
  await wanting("dzd_beta");
  const { plan, claim } = await previewed();
  expect(plan.result).toBe("ok");
  expect(claim).toMatchObject({ severity: "stops", found: { becomes: "backedUp", owner: "dzd_alpha" } });
  expect(claim.consequence).toMatch(
    /^The table of dzd_alpha is backed up to .* dropped to make room for that of dzd_beta/,
  );
});

it("no loss is held against a switch where no table lies", async () => {
  await wanting("dzd_alpha", bare);
  await up();
  await world.advance(2);
  await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  await dropTable();
  await wanting("dzd_beta", bare);
  const { plan, claim } = await previewed();
  expect(claim).toMatchObject({ severity: "stops", found: { becomes: "absent" } });
  expect(plan.result, JSON.stringify(plan.guards)).toBe("ok");
  await up();
});

it("an export that the state has lost is told to hold the place before a switch releases anything", async () => {
  await wanting("dzd_alpha");
  await up();
  await world.advance(1);
  const file = path.join(world.folder, `.pulumi/stacks/sluice/dev${stack}.json`);
  const state = JSON.parse(await readFile(file, "utf8"));
  const { latest } = state.checkpoint;
  latest.resources = latest.resources.filter(({ type }: { type: string }) => !type.endsWith("DataExportConfiguration"));
  await writeFile(file, JSON.stringify(state));
  expect((await previewed()).codes).toEqual(["error export-exists"]);
  await wanting("dzd_beta");
  const { plan, claim, codes } = await previewed();
  expect(codes).toEqual(["error export-holder"]);
  expect(plan.preflight.findings[0]!.message).toContain("the domain dzd_alpha exports its metadata there");
  expect(claim.found).toMatchObject({ becomes: "stops" });
});

it("a claim that changes in place is not held to what lies in the slot, but to the place where it writes", async () => {
  await wanting("dzd_alpha");
  await up();
  await world.advance(1);
  await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  await dropTable();
  await datazone().send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
  await world.advance(1);
  await wanting("dzd_alpha", { table: { backup: "s3://not-there/moved" } });
  expect((await previewed()).codes).toEqual(["error backup-missing"]);
  await wanting("dzd_alpha", { table: { backup: "s3://acme-backups/moved" } });
  const { plan, claim } = await previewed();
  expect(plan.result).toBe("ok");
  expect(claim).toMatchObject({ operation: "update", severity: "changes" });
  await up();
});

it("a slot that may not be looked at is told as that, and not by what spec and state make of it", async () => {
  await wanting("dzd_alpha");
  await up();
  await wanting("dzd_beta");
  const denied = { service: "s3tables", operation: "GetTable", error: "ForbiddenException", times: 100 };
  await world.fault(denied);
  const { claim, codes } = await previewed();
  expect(codes).toEqual(["error permission-missing"]);
  expect(claim.consequence).toMatch(/^Whether a table lies there, and whose, could not be looked at/);
});

const bare = { table: { backup: "none" } };

it.each([
  [
    "a shorter expiration",
    { recordExpirationDays: 365 },
    "dzd_alpha",
    { recordExpirationDays: 1 },
    /^sluice backup .*/,
  ],
  ["a switch without a backup", bare, "dzd_beta", bare, undefined],
] as const)("the cures of a loss work as they are pasted: %s", async (_, before, domain, changes, copying) => {
  await wanting("dzd_alpha", before);
  await up();
  await world.advance(3);
  await wanting(domain, changes);
  const { plan, codes } = await previewed();
  expect(codes).toEqual(["error data-loss"]);
  const cures = [plan.preflight.findings[0]!, ...plan.guards].map(
    ({ message, cure = "" }: { message: string; cure?: string }) => message + cure,
  );
  const pasted = [...cures.join().matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
  const command = copying && pasted.find((text) => copying.test(text))!;
  if (command) {
    const copied = await typed(world, command.split(" ").slice(1));
    expect(copied.code, copied.all).toBe(0);
  }
  const file = path.join(world.folder, "sluice.yaml");
  const allow = pasted.find((text) => text.startsWith("allow:"))!;
  await writeFile(file, `${stringify(JSON.parse(await readFile(file, "utf8")))}\n${allow}\n`);
  await up();
  expect((await previewed()).plan.changes).toEqual([]);
});

const dropping = { table: { onRemoval: "backUpAndDrop" } };
const nothing = () => world.writeSpec({ ...rest, syncs: {}, exports: {} });
const claimWords = (plan: Plan) => plan.changes.find(({ type }) => type === "AssetTable")?.consequence;

it("a claim that drops its table when it is removed is told what lies there, and that its place is gone before its export is", async () => {
  await wanting("dzd_alpha", dropping);
  await up();
  await world.advance(1);
  await nothing();
  const { plan } = await previewed();
  expect(claimWords(plan)).toMatch(/^The table of dzd_alpha is backed up to \S+, verified and then dropped\.$/);
  expect(plan.preflight.tables).toMatchObject([{ rows: 20 }]);

  await world.fault({ service: "s3", operation: "*", error: "NoSuchBucket", times: 1000 });
  const blocked = await run("destroy", "--yes", "-o", "json");
  expect(blocked.code, blocked.all).toBe(5);
  expect(blocked.out).toMatch(/backup-missing: .*does not exist/);
  expect((await world.calls()).filter(({ operation }) => operation === "DeleteDataExportConfiguration")).toEqual([]);
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });

  await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  await dropTable();
  expect(claimWords((await previewed()).plan)).toMatch(/^No table lies there: .* only the claim ends\.$/);
  await datazone().send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
  expect(claimWords((await previewed()).plan)).toBe(
    "The table of dzd_beta, without a row, stays with all its rows; only the claim on it ends.",
  );
});

it("a half-done switch that is taken out of the spec is told to be given up, with a way to have its table dropped", async () => {
  await wanting("dzd_alpha", dropping);
  await up();
  await world.advance(1);
  await wanting("dzd_beta", dropping);
  await world.fault({ service: "s3tables", operation: "DeleteTable", error: "ForbiddenException", times: 1 });
  expect((await run("up", "--yes")).code).toBe(1);
  // What is half done is no sign of an old state.
  expect((await previewed()).codes.join()).not.toContain("state-outdated");
  await nothing();
  const { plan } = await previewed();
  expect(plan.changes).toEqual([]);
  expect(plan.diagnostics).toMatchObject([
    {
      severity: "warning",
      message: expect.stringMatching(/^A switch from dzd_alpha in .* is given up: .*declare dzd_alpha/),
    },
  ]);
  await up();
  await wanting("dzd_alpha", dropping);
  await up();
  await nothing();
  await up();
  await expect(dropTable()).rejects.toMatchObject({ name: "NotFoundException" });
});

/** Switches from dzd_alpha to dzd_beta; what is returned puts the state of before back. */
async function switchedToBeta(): Promise<() => Promise<void>> {
  await wanting("dzd_alpha");
  await up();
  const file = path.join(world.folder, `.pulumi/stacks/sluice/dev${stack}.json`);
  const older = await readFile(file);
  await wanting("dzd_beta");
  await up();
  return () => writeFile(file, older);
}

it("an older state that was restored is told to be one, and who holds the place now", async () => {
  const restoreOlder = await switchedToBeta();
  await restoreOlder();
  const { plan, claim, codes } = await previewed();
  expect(codes).toEqual(["error export-exists", "warning state-outdated"]);
  expect(plan.preflight.findings[1]!.message).toBe(
    `By the state dzd_alpha exports in ${catalog}/us-east-1; by AWS dzd_beta does.`,
  );
  expect(claim.found).toMatchObject({ becomes: "stops", owner: "dzd_beta" });
  await up("--adopt");
  expect((await previewed()).plan.changes).toEqual([]);
});

it("a table that is not the one the state knows is of unknown origin, to the plan as to the run", async () => {
  const restoreOlder = await switchedToBeta();
  await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_beta" }));
  await restoreOlder();
  await wanting("dzd_beta", { table: { backup: "s3://acme-backups/elsewhere" } });
  const { plan, claim, codes } = await previewed();
  expect(codes).toContain("error table-leftover");
  expect(plan.preflight.findings.map(({ message }) => message).join()).toContain(
    "a table of unknown origin lies there",
  );
  expect(claim.found).toMatchObject({ becomes: "stops" });
  expect(claim.found).not.toHaveProperty("owner");
});

const exportIn = (plan: Plan) => plan.changes.find(({ type }) => type === "DataExportConfiguration")!;

const s3tables = () => new S3TablesClient(world.clientOf(catalog));

async function tableArn() {
  const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  return (await s3tables().send(new GetTableCommand(table))).tableARN;
}

async function allowing(loss: object) {
  const file = path.join(world.folder, "sluice.yaml");
  const allow = { loss: `${catalog}/us-east-1`, ...loss };
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), allow }));
}

it("an expiration that somebody has disabled is a drift, whose mending is a loss that has to be allowed", async () => {
  await wanting("dzd_alpha", { recordExpirationDays: 30 });
  await up();
  await world.advance(3);
  const disabled = { status: "disabled" as const, settings: { days: 30 } };
  await s3tables().send(
    new PutTableRecordExpirationConfigurationCommand({ tableArn: await tableArn(), value: disabled }),
  );
  const drift = await run("drift", "--expect-no-changes", "-o", "json");
  expect(drift.code, drift.all).toBe(7);
  expect(JSON.parse(drift.out).drift).toMatchObject([
    { found: "changed", leaves: [{ setting: "recordExpirationDays", spec: 30, applied: 30 }] },
  ]);
  expect(JSON.parse(drift.out).drift[0].leaves[0]).not.toHaveProperty("aws");
  const stopped = await previewed("--refresh");
  expect(stopped.codes).toEqual(["error data-loss"]);
  expect((await run("up", "--yes", "--refresh")).code).toBe(5);
  await allowing({ of: await tableArn(), reason: "as it was" });
  await up("--refresh");
  const { configuration } = await s3tables().send(
    new GetTableRecordExpirationConfigurationCommand({ tableArn: await tableArn() }),
  );
  expect(configuration).toEqual({ status: "enabled", settings: { days: 30 } });
  expect((await previewed("--refresh")).plan.changes).toEqual([]);
  // The allowance was written after both were made.
  expect((await run("drift", "--expect-no-changes")).code).toBe(0);
  expect((await run("refresh", "--yes")).code).toBe(0);
  expect((await previewed()).plan.changes).toEqual([]);
});

it("an expiration is judged by what AWS keeps, and its loss is told of a new export too", async () => {
  await wanting("dzd_alpha", { recordExpirationDays: 365 });
  await up();
  await world.advance(3);
  await s3tables().send(
    new PutTableRecordExpirationConfigurationCommand({
      tableArn: await tableArn(),
      value: { status: "enabled", settings: { days: 10 } },
    }),
  );
  await wanting("dzd_alpha", { recordExpirationDays: 30 });
  const kept = (await previewed()).plan;
  expect(kept.result).toBe("ok");
  expect(exportIn(kept)).toMatchObject({
    severity: "changes",
    consequence: "Rows are kept 30 days; none goes that is kept today.",
  });
  await up();

  expect((await run("destroy", "--yes")).code).toBe(0);
  await wanting("dzd_alpha", { recordExpirationDays: 1 });
  await allowing({ of: "dzd_alpha", reason: "a trial" });
  const { plan } = await previewed();
  expect(exportIn(plan)).toMatchObject({ severity: "destroys", found: { becomes: "expire", allowed: "a trial" } });
  expect(exportIn(plan).consequence).toMatch(/; rows of its table older than 1 day are deleted for good/);
  expect(plan.guards.find(({ name }) => name === "data-loss")).toMatchObject({ status: "allowed" });
  await up();
});

it.each([{ recordExpirationDays: 60 }, { enabled: false }])(
  "a change of an export that AWS has no longer is told as that: %j",
  async (change) => {
    await wanting("dzd_alpha", { recordExpirationDays: 30 });
    await up();
    await datazone().send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
    await wanting("dzd_alpha", { recordExpirationDays: 30, ...change });
    const { plan, codes } = await previewed();
    expect(codes).toEqual(["error state-outdated"]);
    expect(plan.preflight.findings[0]!.cure).toContain("`sluice up --refresh` makes the export anew");
    await up("--refresh");
    expect((await previewed()).plan.changes).toEqual([]);
  },
);

it("a change of a sync that AWS has no longer is told as that", async () => {
  const syncing = (regions: string[]) => {
    const { explorer } = spec({ sourceRegions: regions }).syncs;
    return world.writeSpec({ ...rest, syncs: { explorer } });
  };
  await syncing(["us-east-1", "eu-west-1"]);
  await up();
  const ssm = new SSMClient(world.clientOf(audit));
  await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "explorer", SyncType: "SyncFromSource" }));
  await syncing(["us-east-1"]);
  expect((await previewed()).codes).toEqual(["error state-outdated"]);
  await up("--refresh");
  expect((await previewed()).plan.changes).toEqual([]);
});
