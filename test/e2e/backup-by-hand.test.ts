import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTableBucketCommand, GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countRows, s3ObjectStore } from "../../src/backup/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { snapshotRows } from "../support/iceberg-rows.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const account = "111122223333";
const region = "us-east-1";
let world: TestWorld;
let receipt: Receipt;
/** What the exported table holds: its current rows, and how many snapshots. */
let source: { rows: number; snapshots: number };

/** One that a test makes, of Iceberg, and one of another kind. */
const glueTables = { "sales/orders": "s3://acme-backups/again/metadata/more.metadata.json", "sales/csv": null };

beforeAll(async () => {
  world = await typedWorld({
    account,
    seed: {
      accounts: {
        [account]: {
          name: "catalog",
          regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha" }], glueTables } },
        },
      },
      buckets: { "acme-backups": { region, account } },
    },
  });
  const configuration = { domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "one" };
  await new DataZoneClient(world.clientOf(account)).send(new PutDataExportConfigurationCommand(configuration));
  await world.advance(3, 5);
  const exported = { namespace: "asset_metadata", name: "asset" };
  const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const tables = new S3TablesClient(world.clientOf(account));
  const { metadataLocation } = await tables.send(new GetTableCommand({ tableBucketARN, ...exported }));
  const snapshots = await snapshotRows(world.s3(account), metadataLocation!);
  source = { rows: snapshots.at(-1)!.rows.length, snapshots: snapshots.length };
  const ran = await world.run("backup", "--to", "s3://acme-backups/by-hand", "-o", "json");
  expect(ran.code, ran.stderr).toBe(0);
  receipt = JSON.parse(ran.stdout);
});
afterAll(() => world.close());

test("backup prints the receipt that lies beside the copy, and tells its phases on stderr", async () => {
  expect(receipt).toMatchObject({ version: 1, ...source, source: { account, region } });
  const ran = await world.run("backup", "--account", account, "--region", region, "--to", "s3://acme-backups/by-hand");
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain(`Backed up and verified: ${source.rows} rows, ${source.snapshots} snapshots`);
  expect(ran.stdout).toContain(`${receipt.destination.location}/receipt.json`);
});

test("restore makes a table of a customer's table bucket that has every row", async () => {
  const tables = new S3TablesClient(world.clientOf(account));
  const { arn } = await tables.send(new CreateTableBucketCommand({ name: "acme-lake" }));
  const target = ["--into", arn!, "--table", "catalog.assets"];
  const ran = await world.run("restore", receipt.destination.location, ...target);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain(`Restored and verified: ${source.rows} rows, ${source.snapshots} snapshots`);
  const key = { tableBucketARN: arn!, namespace: "catalog", name: "assets" };
  const table = await tables.send(new GetTableCommand(key));
  expect(table.metadataLocation).toMatch(new RegExp(`^${table.warehouseLocation}/metadata/`));
  const store = s3ObjectStore(world.s3(account));
  expect(await countRows(store, table.metadataLocation!)).toEqual(source);
  expect(await world.run("restore", receipt.destination.location, ...target)).toMatchObject({ code: 0 });
});

test("any table of a table bucket, or any metadata file, is backed up; a dry run writes nothing", async () => {
  const tables = new S3TablesClient(world.clientOf(account));
  const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/acme-lake`;
  const key = { tableBucketARN, namespace: "catalog", name: "assets" };
  const { metadataLocation } = await tables.send(new GetTableCommand(key));
  for (const table of ["s3tables://acme-lake/catalog/assets", metadataLocation!]) {
    const line = ["backup", "--table", table, "--to", "s3://acme-backups/any", "-o", "json"];
    const dry = await world.run(line[0]!, ...line.slice(1), "--dry-run");
    expect(dry.code, dry.stderr).toBe(0);
    const { location, contents } = JSON.parse(dry.stdout);
    expect(contents).toMatchObject({ snapshots: source.snapshots });
    const Prefix = location.slice("s3://acme-backups/".length);
    const listed = await world.s3(account).send(new ListObjectsV2Command({ Bucket: "acme-backups", Prefix }));
    expect(listed.Contents ?? []).toEqual([]);
    const ran = await world.run(line[0]!, ...line.slice(1));
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ ...source, destination: { location } });
  }
});

test("a backup that was copied to another place verifies and restores from there, and only if asked for so", async () => {
  const s3 = world.s3(account);
  const Prefix = receipt.destination.location.slice("s3://acme-backups/".length);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "acme-backups", Prefix }));
  for (const { Key } of Contents!) {
    const from = await s3.send(new GetObjectCommand({ Bucket: "acme-backups", Key }));
    const Body = await from.Body!.transformToByteArray();
    await s3.send(new PutObjectCommand({ Bucket: "acme-backups", Key: `moved${Key!.slice(Prefix.length)}`, Body }));
  }
  const at = "s3://acme-backups/moved";
  expect(await world.run("verify", at)).toMatchObject({ code: 2, stderr: expect.stringContaining("--relocated") });
  expect(await world.run("verify", at, "--relocated")).toMatchObject({ code: 0 });
  const ran = await world.run("restore", at, "--relocated", "--into", "s3://acme-backups/again");
  expect(ran.stdout, ran.stderr).toContain(`Restored and verified: ${source.rows} rows, ${source.snapshots} snapshots`);
});

test("verify tells what is missing and exits with 1", async () => {
  const uri = `${receipt.destination.location}/receipt.json`;
  expect(await world.run("verify", uri)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`Whole: ${source.rows} rows.*Held against the table`)),
  });
  const Prefix = `${receipt.destination.location.slice("s3://acme-backups/".length)}/data/`;
  const { Contents } = await world.s3(account).send(new ListObjectsV2Command({ Bucket: "acme-backups", Prefix }));
  const Key = Contents![0]!.Key!;
  await world.s3(account).send(new DeleteObjectCommand({ Bucket: "acme-backups", Key }));
  const ran = await world.run("verify", uri, "-o", "json");
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, problems: [`s3://acme-backups/${Key} is missing.`] });

  const all = await world.run("verify", "s3://acme-backups", "--all");
  expect(all.code).toBe(1);
  const states = all.stdout.split("\n").map((line) => line.split("  ")[0]);
  expect(states.slice(0, 5)).toEqual(["state", "not whole", "whole", "whole", "whole"]);
  expect(all.stdout).toContain(`${receipt.destination.location}: s3://acme-backups/${Key} is missing.`);
  const list = await world.run("backup", "list", "s3://acme-backups");
  expect(list.stdout.split("\n").filter((line) => line.includes("s3://acme-backups/"))).toHaveLength(4);
});

test("what the metadata names and is gone is told by the dry run and by the backup, which do without", async () => {
  const s3 = world.s3(account);
  const stored = { Bucket: "acme-backups", Prefix: "again/metadata/" };
  const { Contents } = await s3.send(new ListObjectsV2Command(stored));
  const { Key } = Contents!.find((object) => object.Key!.endsWith(".metadata.json"))!;
  const text = await (await s3.send(new GetObjectCommand({ Bucket: stored.Bucket, Key }))).Body!.transformToString();
  const gone = "s3://acme-backups/again/metadata/gone.stats";
  const [, snapshot] = /"current-snapshot-id":\s*(\d+)/.exec(text)!;
  const named = `"statistics":[{"snapshot-id":${snapshot},"statistics-path":"${gone}","file-size-in-bytes":9,"file-footer-size-in-bytes":9,"blob-metadata":[]}]`;
  const Body = text.replace(/"statistics":\s*\[\]/, named);
  expect(Body).toContain(gone);
  await s3.send(new PutObjectCommand({ Bucket: stored.Bucket, Key: "again/metadata/more.metadata.json", Body }));
  const line = ["--table", "s3://acme-backups/again/metadata/more.metadata.json", "--to", "s3://acme-backups/left-out"];
  for (const more of [["--dry-run"], []]) {
    const ran = await world.run("backup", ...line, ...more);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(`Left out     ${gone}: the table's metadata names it, but it is gone.`);
  }
});

test("a table of the Glue Data Catalog is backed up from the metadata file that it names", async () => {
  const line = ["backup", "--table", "glue://sales/Orders", "--to", "s3://acme-backups/glue", "-o", "json"] as const;
  const ran = await world.run(...line);
  expect(ran.code, ran.stderr).toBe(0);
  const { source: of, rows, snapshots } = JSON.parse(ran.stdout) as Receipt;
  expect({ rows, snapshots }).toEqual(source);
  expect(of.metadataLocation).toBe(glueTables["sales/orders"]);
  const store = s3ObjectStore(world.s3(account));
  expect(await countRows(store, (JSON.parse(ran.stdout) as Receipt).destination.metadataLocation!)).toEqual(source);
  const rule = { service: "glue", operation: "GetTable", when: "before", error: "AccessDeniedException" };
  await fetch(`${world.endpoint}/_emulator/faults`, { method: "POST", body: JSON.stringify([rule]) });
  const denied = await world.run(...line);
  expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining("Data Catalog (glue:GetTable) in") });
});

test.each([
  [
    ["backup", "--table", "glue://sales/nothing", "--to", "s3://acme-backups/x"],
    1,
    "there is not the table sales.nothing of",
  ],
  [["backup", "--table", "glue://sales/csv", "--to", "s3://acme-backups/x"], 2, "is no Iceberg table"],
  [["backup", "--table", "glue://sales", "--to", "s3://acme-backups/x"], 2, "glue://DATABASE/TABLE"],
  [["backup", "--account", "999988887777", "--to", "s3://acme-backups/x"], 3, "999988887777"],
  [["backup", "--region", "eu-west-1", "--to", "s3://acme-backups/x"], 1, "no exported table"],
  [["verify", "s3://acme-backups/nothing", "--backup-owner", "999988887777"], 3, "Could not look at the backup"],
  [["backup", "--to", "s3://acme-backups/x", "--backup-owner", "999988887777"], 1, "expected to own acme-backups"],
  [["backup", "--to", "s3://nobodys/x"], 1, "there is no bucket nobodys"],
  [["verify", "s3://acme-backups/nothing"], 2, "no object s3://acme-backups/nothing/receipt.json"],
])("%j exits with %i and says why", async (args, code, words) => {
  const ran = await world.run(args[0]!, ...args.slice(1));
  expect(ran.code, ran.stderr).toBe(code);
  expect(ran.stderr).toContain(words);
});
