import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Receipt } from "../../src/backup/index.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const account = "111122223333";
const region = "us-east-1";
const below = "s3://acme-backups/catalog";
let world: TestWorld;
/** The oldest first. */
let receipts: Receipt[];

beforeAll(async () => {
  world = await typedWorld({
    account,
    seed: {
      accounts: {
        [account]: { name: "catalog", regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } },
      },
      buckets: { "acme-backups": { region, account }, "acme-locked": { region, account, locked: { days: 1 } } },
    },
  });
  const configuration = { domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "one" };
  await new DataZoneClient(world.clientOf(account)).send(new PutDataExportConfigurationCommand(configuration));
  receipts = [];
  for (let night = 0; night < 3; night++) {
    await world.advance(1);
    receipts.push(await backUp(below));
  }
});
afterAll(() => world.close());

async function backUp(to: string): Promise<Receipt> {
  const ran = await world.run("backup", "--to", to, "-o", "json");
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

const prune = (...more: string[]) => world.run("backup", "prune", below, "--keep", "daily=1", ...more);

async function keys(Bucket = "acme-backups"): Promise<string[]> {
  const { Contents = [] } = await world.s3(account).send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key!);
}

const folderOf = ({ destination }: Receipt) => destination.location.slice("s3://acme-backups/".length);

async function bytesOf(Key: string): Promise<Uint8Array> {
  const { Body } = await world.s3(account).send(new GetObjectCommand({ Bucket: "acme-backups", Key }));
  return Body!.transformToByteArray();
}

const put = (Key: string, Body: Uint8Array | string) =>
  world.s3(account).send(new PutObjectCommand({ Bucket: "acme-backups", Key, Body }));

it("shows what is expired, and deletes nothing that is not meant", async () => {
  const before = await keys();
  const ran = await prune();
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain("2 of 3 backups are expired");
  expect(ran.stdout).toContain("Nothing was deleted: --yes does it.");
  expect(await keys()).toEqual(before);
});

it("deletes nothing of a table whose newest backup is not whole", async () => {
  const before = await keys();
  const data = before.find((key) => key.startsWith(`${folderOf(receipts[2]!)}/data/`))!;
  const bytes = await bytesOf(data);
  await put(data, new Uint8Array(bytes.length));
  const ran = await prune("--yes");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/ is left: the newest, \S+, is not whole: /);
  expect(await keys()).toEqual(before);
  await put(data, bytes);
});

it("deletes nothing on the word of a receipt: one that somebody has put there is held against the table", async () => {
  const { source, destination, ...rest } = receipts[2]!;
  const location = destination.location.replace(/[^/]+$/, "planted");
  const inTheFuture = new Date(Date.now() + 86_400_000).toISOString();
  const planted = {
    ...rest,
    source: { ...source, versionToken: "planted" },
    destination: { location },
    verifiedAt: inTheFuture,
  };
  await put(`${folderOf(planted as Receipt)}/receipt.json`, JSON.stringify(planted));
  const before = await keys();
  const ran = await prune("--yes");
  expect(ran.code).toBe(1);
  expect(await keys()).toEqual(before);
  await put(`${folderOf(planted as Receipt)}/receipt.json`, "{}");
});

it("deletes what is expired, and leaves what is kept, unreadable or unfinished", async () => {
  const unfinished = `${folderOf(receipts[0]!).replace(/[^/]+$/, "unfinished")}/data/part`;
  await put(unfinished, "bytes");
  const before = await keys();
  const expired = receipts.slice(0, 2).map(folderOf);
  const ran = await prune("--yes", "-o", "json");
  expect(ran.code, ran.stdout).toBe(0);
  expect(await keys()).toEqual(before.filter((key) => !expired.some((folder) => key.startsWith(`${folder}/`))));
  const { backups } = JSON.parse(ran.stdout);
  expect(backups.map(({ result }: { result: string }) => result).toSorted()).toEqual([
    "deleted",
    "deleted",
    "kept",
    "left",
    "left",
  ]);
  expect(await world.run("verify", receipts[2]!.destination.location)).toMatchObject({ code: 0 });
});

it("deletes nothing under Object Lock", async () => {
  await world.run("backup", "--to", "s3://acme-locked/catalog");
  const before = await keys("acme-locked");
  const ran = await world.run("backup", "prune", "s3://acme-locked/catalog", "--keep", "daily=1", "--yes");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("has Object Lock");
  expect(await keys("acme-locked")).toEqual(before);
});

it.each([
  [["prune", below], /needs to know what is kept/],
  [["prune", below, "--keep", "daily=0"], /Give how many of each are kept/],
  [["prune", below, "--keep", "daily=1,daily=2"], /Give how many of each are kept/],
  [["prune", below, "--keep", "hourly=1"], /Give how many of each are kept/],
  [["list", below, "--yes"], /are of prune/],
])("%j is refused", async (line, words) => {
  const ran = await world.run("backup", ...line);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(words);
});

it("deletes nothing of a table that is gone: its backups are all that there is of it", async () => {
  await world.advance(1);
  await backUp(below);
  const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  await new S3TablesClient(world.clientOf(account)).send(new DeleteTableCommand(table));
  const before = await keys();
  const ran = await prune("--yes");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/ is left: the newest, \S+, can be held against its receipt alone/);
  expect(await keys()).toEqual(before);
});
