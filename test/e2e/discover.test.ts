import { randomUUID } from "node:crypto";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Discovery } from "../../src/operate/discovery.ts";
import { audit, catalog, closedKey, seed, spec, workloads } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  const foreign = { "somebody-elses": { region: "us-east-1", account: "999988887777", policy: "ssm-delivery" } };
  const inCatalog = {
    ...seed.accounts[catalog].regions["us-east-1"],
    glueCatalogExport: { failed: true, kmsKey: closedKey },
  };
  const accounts = {
    ...seed.accounts,
    [catalog]: { ...seed.accounts[catalog], regions: { "us-east-1": inCatalog } },
    [workloads]: { ...seed.accounts[workloads], regions: { "eu-west-1": { glueCatalogExport: {} } } },
  };
  world = await testWorld({ seed: { ...seed, accounts, buckets: { ...seed.buckets, ...foreign } }, account: audit });
  await world.writeSpec(spec());
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  const up = await typed(world, ["up", "--yes", ...state]);
  expect(up.code, up.all).toBe(0);
  await new SSMClient(world.clientOf(workloads)).send(
    new CreateResourceDataSyncCommand({
      SyncName: "old-one",
      SyncType: "SyncToDestination",
      S3Destination: { BucketName: "somebody-elses", Region: "us-east-1", SyncFormat: "JsonSerDe" },
    }),
  );
  await world.advance(2);
}, 60_000);
afterAll(() => world.close());

const discovered = (...more: string[]) =>
  typed(world, ["discover", "--engine", "embedded", "--state", `file://${world.folder}`, ...more]);

it("finds each sync with its origin, the owner of its bucket and the free places, and each export with its table", async () => {
  const { code, out, err } = await discovered("-o", "json");
  expect(code, err).toBe(0);
  const { places, buckets, findings } = JSON.parse(out) as Discovery;
  const at = (name: string) => places.find(({ account, region }) => `${account}/${region}` === name)!;
  const busy = at(`${workloads}/us-east-1`);
  expect(busy.syncs.map(({ name, origin }) => [name, origin])).toEqual([
    ["inventory", "this stack"],
    ["old-one", "unknown"],
  ]);
  expect(busy.free).toEqual({ SyncToDestination: 3, SyncFromSource: 5 });
  expect(buckets).toMatchObject([
    { bucket: "acme-inventory", owner: audit },
    { bucket: "somebody-elses", owner: null, syncs: 1 },
  ]);
  expect(findings.map(({ code: found }) => found)).toContain("foreign-destination");
  const exporting = at(`${catalog}/us-east-1`);
  expect(exporting.holders).toEqual(["dzd_alpha"]);
  expect(exporting.domains.map(({ id }) => id)).toEqual(["dzd_alpha", "dzd_beta"]);
  expect(exporting.table).toMatchObject({ rows: 40, lastExport: expect.any(String) });
});

it("asks two listings of syncs, one of domains and one for the table in each place, and one question for each domain", async () => {
  await world.forgetCalls();
  const { out } = await discovered("-o", "json", "--no-tables");
  const { places } = JSON.parse(out) as Discovery;
  const calls = await world.calls();
  const made = (operation: string) => calls.filter((call) => call.operation === operation).length;
  expect(made("ListResourceDataSync")).toBe(2 * places.length);
  expect(made("ListDomains")).toBe(places.length);
  expect(made("GetTable")).toBe(places.length);
  expect(made("GetDataExportConfiguration")).toBe(places.flatMap(({ domains }) => domains).length);
  const reads = /^(AssumeRole|GetCallerIdentity|List\w+|Get\w+)$/;
  expect(calls.filter(({ operation }) => !reads.test(operation))).toEqual([]);
});

it("tells which days the table has, which lie between without rows, and the backups that the spec's place has", async () => {
  const unsaved = await discovered();
  expect(unsaved.out).toContain("backups: none at s3://acme-backups/catalog");
  const datazone = new DataZoneClient(world.clientOf(catalog));
  const set = (enableExport: boolean) =>
    datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport }));
  await set(false);
  await world.advance(2);
  await set(true);
  await world.advance(1);
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  expect((await typed(world, ["backup", "--all"])).code).toBe(0);
  await world.s3(catalog).send(
    new PutObjectCommand({
      Bucket: "acme-backups",
      Key: `catalog/${catalog}/us-east-1/${randomUUID()}/one/data/x`,
      Body: "x",
    }),
  );
  await world.forgetCalls();
  const { out } = await typed(world, ["discover", "-o", "json", ...state]);
  const place = (JSON.parse(out) as Discovery).places.find(({ table }) => table !== undefined)!;
  const { days, rows } = place.table!;
  expect(days).toMatchObject({ count: 3 });
  expect(days!.missing).toHaveLength(2);
  expect(days!.missing.every((day) => days!.first < day && day < days!.last)).toBe(true);
  const { found, ...where } = place.backups!;
  expect(where).toEqual({ place: "s3://acme-backups/catalog" });
  expect(found).toMatchObject([
    { state: "finished", rows, tableArn: place.table!.arn, receipt: expect.stringMatching(/receipt\.json$/) },
    { state: "unfinished", bytes: 1 },
  ]);
  const reads = (await world.calls()).filter(({ service, operation }) => service === "s3" && operation === "GetObject");
  // Of the table its metadata, list and three manifests, each once; of the backups the one receipt.
  expect(reads).toHaveLength(6);
  const text = await discovered();
  expect(text.out).toMatch(/3 days \S+ … \S+, NONE of 2 between\s+them/);
  expect(text.out).toMatch(/backups: 1 at s3:\/\/acme-backups\/catalog, the newest verified .*, 1\s+unfinished/s);
  expect((await discovered("-o", "html")).out).toContain("<h2>Backups <small>2</small></h2>");
});

it("asks for Glue's own export only where that is wanted, one call a place", async () => {
  await world.forgetCalls();
  await discovered("--no-tables");
  const glueCalls = async () => (await world.calls()).filter(({ service }) => service === "glue");
  expect(await glueCalls()).toEqual([]);
  const { code, out, err } = await discovered("--glue-export", "--no-tables", "-o", "json");
  expect(code, err).toBe(0);
  const { places, findings } = JSON.parse(out) as Discovery;
  const calls = await glueCalls();
  expect(calls).toHaveLength(places.length);
  expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(["GetDataCatalogExportConfiguration"]));
  const at = (name: string) => places.find(({ account, region }) => `${account}/${region}` === name)!.glueExport;
  expect(at(`${catalog}/us-east-1`)).toMatchObject({
    enabled: true,
    status: "FAILED",
    encryption: closedKey,
    tableBucket: `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-catalog`,
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(at(`${workloads}/eu-west-1`)).toMatchObject({ enabled: true, status: "ENABLED", encryption: "AES256" });
  expect(at(`${audit}/us-east-1`)).toBeNull();
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "glue-export-failed", places: [`${catalog}/us-east-1`] }),
  );
  const text = await discovered("--glue-export", "--no-tables");
  expect(text.out).toContain(`enabled, ENABLED, AES256: ${workloads}/eu-west-1`);
  expect(text.out).toContain("never configured: ");
  expect((await discovered("--glue-export", "-o", "html")).out).toContain("<h2>Glue&#39;s export of the Data Catalog");
});

it("goes on where Glue refuses, and names the permission", async () => {
  const operation = "GetDataCatalogExportConfiguration";
  await world.fault({ service: "glue", operation, account: catalog, when: "before", error: "AccessDeniedException" });
  const { code, out } = await discovered("--glue-export", "--no-tables", "-o", "json");
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
  expect(code).toBe(1);
  const refused = (JSON.parse(out) as Discovery).places.flatMap((place) => place.refused);
  expect(refused).toMatchObject([{ account: catalog, what: expect.stringContaining(`glue:${operation}`) }]);
});

it("tells an account that refuses and goes on", async () => {
  await world.fault({
    service: "ssm",
    operation: "ListResourceDataSync",
    account: workloads,
    when: "before",
    error: "AccessDeniedException",
    times: 100,
  });
  const { code, out } = await discovered("-o", "json");
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
  expect(code).toBe(1);
  const { places } = JSON.parse(out) as Discovery;
  const shut = places.filter(({ refused }) => refused.length > 0);
  expect(new Set(shut.map(({ account }) => account))).toEqual(new Set([workloads]));
  expect(shut[0]!.refused[0]).toMatchObject({ what: "syncs", message: expect.stringContaining("AccessDenied") });
  expect(places.filter(({ syncs }) => syncs.length > 0).length).toBeGreaterThan(2);
});

it("fits a terminal of 80 columns, as text, and one page, as HTML, with a search", async () => {
  const { out } = await discovered();
  expect(out).toContain("old-one  (unknown)");
  const tooLong = out.split("\n").filter((line) => line.length > 100 && line.trim().includes(" "));
  expect(tooLong).toEqual([]);
  const page = await discovered("-o", "html");
  expect(page.out).toMatch(/<input type="search"/);
  expect(page.out).toContain("somebody-elses");
});
