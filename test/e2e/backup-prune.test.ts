import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Receipt } from "../../src/backup/index.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const account = "111122223333";
const region = "us-east-1";
const bucket = "acme-backups";
const place = `s3://${bucket}/catalog`;
const recordKey = `catalog/${account}/${region}/released.json`;
let world: TestWorld;
/** The oldest first, one a night. */
let receipts: Receipt[];

const specOf = (backup: string) => ({
  version: 1,
  exports: {
    catalog: {
      targets: { accounts: [account], regions: [region] },
      domain: "dzd_alpha",
      table: { backup, keep: { daily: 1 } },
    },
  },
});

/** Opens a world in which a table was backed up in some nights. */
async function open(nights: number, more: object = {}): Promise<void> {
  const domains = [{ id: "dzd_alpha", name: "Alpha" }];
  world = await typedWorld({
    account,
    seed: {
      accounts: { [account]: { name: "catalog", regions: { [region]: { domains } } } },
      buckets: {
        [bucket]: { region, account, ...more },
        "acme-locked": { region, account, locked: { days: 1 } },
      },
    },
  });
  await world.writeSpec(specOf(place));
  const configuration = { domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "one" };
  await new DataZoneClient(world.clientOf(account)).send(new PutDataExportConfigurationCommand(configuration));
  receipts = [];
  for (let night = 0; night < nights; night++) receipts.push(await backUpNextNight());
}

async function backUpNextNight(to = place): Promise<Receipt> {
  await world.advance(1);
  const ran = await world.run("backup", "--to", to, "-o", "json");
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

const prune = (...more: string[]) => world.run("backup", "prune", ...more);
const folderOf = ({ destination }: Pick<Receipt, "destination">) =>
  destination.location.slice(`s3://${bucket}/`.length);
const put = (Key: string, Body: Uint8Array | string) =>
  world.s3(account).send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const remove = (Key: string) => world.s3(account).send(new DeleteObjectCommand({ Bucket: bucket, Key }));

async function keys(Bucket = bucket): Promise<string[]> {
  const { Contents = [] } = await world.s3(account).send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key!);
}

async function bytesOf(Key: string): Promise<Uint8Array> {
  const { Body } = await world.s3(account).send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Body!.transformToByteArray();
}

const fault = (rule: object) =>
  fetch(`${world.endpoint}/_emulator/faults`, { method: "POST", body: JSON.stringify([rule]) });
const denied = (service: string, operation: string, more: object = {}) =>
  fault({ service, operation, when: "before", error: "AccessDeniedException", times: 999, ...more });

/** What became of each backup, the oldest first, by its JSON. */
async function resultsOf(...more: string[]) {
  const ran = await prune("-o", "json", ...more);
  const [told] = JSON.parse(ran.stdout).places;
  const of = (receipt: Receipt) =>
    told.backups.find(({ location }: { location: string }) => location === receipt.destination.location);
  return { code: ran.code, told, each: receipts.map((receipt) => of(receipt)?.result), of };
}

/** Writes a receipt like that of the newest backup, or of this one, into a folder of its own. Returns its key. */
/** Overwrites an object of a backup that stays by as many zeros, until `prune` was tried. */
async function deletesNothingWhileZeroed(start: string): Promise<void> {
  const damaged = (await keys()).find((key) => key.startsWith(start))!;
  const bytes = await bytesOf(damaged);
  await put(damaged, new Uint8Array(bytes.length));
  const before = await keys();
  const { code, told } = await resultsOf("--yes");
  expect(code).toBe(1);
  expect(told.message).toMatch(/^Nothing was deleted: \S+ stays, and is not whole: /);
  expect(await keys()).toEqual(before);
  await put(damaged, bytes);
}

const plant = (token: string, changes: object) => plantOf(receipts.at(-1)!, token, changes);

async function plantOf({ source, destination, ...rest }: Receipt, token: string, changes = {}): Promise<string> {
  const location = destination.location.replace(/[^/]+$/, token);
  const own = { location, metadataLocation: `${location}/metadata/x.metadata.json` };
  const planted = { ...rest, source: { ...source, versionToken: token }, destination: own, ...changes };
  const Key = `${folderOf({ destination: { location } })}/receipt.json`;
  await put(Key, JSON.stringify(planted));
  return Key;
}

/** Writes a receipt for the copy of another table, which lies in the same place. Returns its key. */
async function plantOfOtherTable(): Promise<string> {
  const { source, destination, ...rest } = receipts[0]!;
  const renamed = (text: string) => text.replace(source.tableArn.split("/").at(-1)!, "another-table");
  const location = renamed(destination.location);
  const own = { source: { ...source, tableArn: renamed(source.tableArn) }, destination: { location } };
  const Key = `${folderOf({ destination: { location } })}/receipt.json`;
  await put(Key, JSON.stringify({ ...rest, ...own }));
  return Key;
}

describe("nothing is deleted", () => {
  beforeAll(() => open(3));
  afterAll(() => world.close());

  it("that is not meant: what has expired is shown", async () => {
    const before = await keys();
    const ran = await prune();
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain("2 backups expired.\n  Nothing was deleted: --yes");
    expect(await keys()).toEqual(before);
    expect((await world.calls()).filter(({ operation }) => operation === "DeleteObjects")).toEqual([]);
  });

  it.each(["data", "metadata", "objects.jsonl"])("where %s of a backup that stays is not whole", async (part) => {
    await deletesNothingWhileZeroed(`${folderOf(receipts[2]!)}/${part}`);
  });

  it("on the word of a receipt that somebody has put there", async () => {
    const planted = await plant("planted", { verifiedAt: "2099-01-01T00:00:00.000Z" });
    const before = await keys();
    const { code, told } = await resultsOf("--yes");
    expect(code).toBe(1);
    expect(told.message).toMatch(/^Nothing was deleted: \S+planted stays, and is not whole: /);
    expect(await keys()).toEqual(before);
    await remove(planted);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["the record of released tables is damaged", () => put(recordKey, "{}")],
    ["the table may not be asked", () => denied("s3tables", "GetTable")],
    ["the bucket may not be listed", () => denied("s3", "ListObjectsV2")],
    ["its lock may not be asked", () => denied("s3", "GetObjectLockConfiguration")],
    ["a backup that stays may not be read", () => denied("s3", "GetObject", { skip: 12 })],
  ])("where %s", async (_, trouble) => {
    const before = await keys();
    await trouble();
    const { code, told } = await resultsOf("--yes");
    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    await remove(recordKey);
    expect(code).toBe(1);
    expect(told.message).toMatch(/^Nothing was deleted: /);
    expect(await keys()).toEqual(before);
  });

  it("where the newest can be held against its receipt alone", async () => {
    // After three receipts and the record of released tables the table's metadata file of the newest is read.
    await fault({ service: "s3", operation: "GetObject", when: "before", error: "NoSuchKey", skip: 4, times: 1 });
    const before = await keys();
    const { code, told } = await resultsOf("--yes");
    expect(code).toBe(1);
    expect(told.message).toMatch(/^Nothing was deleted: The newest, \S+, can be held against its receipt alone/);
    expect(await keys()).toEqual(before);
  });

  it("where the backups changed while those that stay were read back", async () => {
    const slow = { service: "s3", operation: "GetObject", when: "before", error: "SlowDown", skip: 12, times: 2 };
    const before = await keys();
    await fault(slow);
    const running = resultsOf("--yes");
    await vi.waitFor(async () => expect((await world.calls()).map(({ error }) => error)).toContain("SlowDown"), 10_000);
    const planted = await plant("meanwhile", {});
    const { code, told } = await running;
    await remove(planted);
    expect(code).toBe(1);
    expect(told.message).toMatch(/^Nothing was deleted: .* changed while those that stay were read back/);
    expect(await keys()).toEqual(before);
  });

  it("under Object Lock, and that is said", async () => {
    await world.writeSpec(specOf("s3://acme-locked/catalog"));
    await backUpNextNight("s3://acme-locked/catalog");
    await backUpNextNight("s3://acme-locked/catalog");
    const before = await keys("acme-locked");
    const ran = await prune("--yes");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("is under Object Lock");
    expect(await keys("acme-locked")).toEqual(before);
    await world.writeSpec(specOf(place));
  });

  it.each([
    [["prune", "--to", "s3://x/y"], /takes what the spec says, and no --to/],
    [["prune", "--backup-owner", "222233334444"], /no --backup-owner/],
    [["prune", "--yes", "--dry-run"], /contradict/],
    [["prune", "999999999999"], /has no export in/],
    [["list", `s3://${bucket}`, "--yes"], /--yes is of prune/],
  ])("by %j, which is refused", async (line, words) => {
    const ran = await world.run("backup", ...line);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(words);
  });

  it("of a table that is gone: its backups may be all that there is of it", async () => {
    const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
    const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
    await new S3TablesClient(world.clientOf(account)).send(new DeleteTableCommand(table));
    const before = await keys();
    const { code, each } = await resultsOf("--yes");
    expect(code).toBe(0);
    expect(each).toEqual(["left", "left", "left"]);
    expect(await keys()).toEqual(before);
  });
});

it("what has expired is deleted and nothing else, and what stays is whole after that", async () => {
  await open(6);
  const [strange, needed, , unsigned] = receipts as [Receipt, Receipt, Receipt, Receipt];
  await put(`${folderOf(strange)}/data/notes.txt`, "mine");
  await put(`${folderOf(unsigned)}/receipt.json`, "{}");
  await put(`${folderOf(unsigned).replace(/[^/]+$/, "unfinished")}/data/part`, "bytes");
  const elsewhere = await plant("elsewhere", { destination: receipts[2]!.destination });
  const release = {
    tableArn: needed.source.tableArn,
    encryption: { sseAlgorithm: "AES256" },
    time: "2026-01-01T00:00:00.000Z",
    receipt: `${needed.destination.location}/receipt.json`,
  };
  await put(recordKey, JSON.stringify({ version: 1, ...release }));
  const otherTable = await plantOfOtherTable();
  const before = await keys();
  // Deleted, and the answer is lost: asked again, it is gone.
  await fault({ service: "s3", operation: "DeleteObjects", when: "after", error: "reset", skip: 1, times: 1 });
  const { code, told, each, of } = await resultsOf("--yes");
  expect(code, told.message).toBe(0);
  expect(each).toEqual(["left", "kept", "deleted", "left", "deleted", "kept"]);
  expect(of(strange).reasons).toEqual([expect.stringMatching(/notes\.txt belongs to nothing in the copy/)]);
  expect(of(needed).reasons).toEqual(["a way back"]);
  expect(of(receipts[5]!).reasons).toContain("the table as it is now");
  const gone = [receipts[2]!, receipts[4]!].map(folderOf);
  expect(await keys()).toEqual(before.filter((key) => !gone.some((folder) => key.startsWith(`${folder}/`))));
  expect(await keys()).toEqual(expect.arrayContaining([elsewhere, otherTable]));
  for (const { destination } of [needed, receipts[5]!])
    expect(await world.run("verify", destination.location)).toMatchObject({ code: 0 });
  expect(await resultsOf("--yes")).toMatchObject({
    code: 0,
    told: { message: expect.stringMatching(/^Deleted 0 of 1/) },
  });
  await world.close();
}, 60_000);

describe("of a table that a switch has dropped", () => {
  let last: Receipt;
  const record = (more: object = { receipt: `${last.destination.location}/receipt.json` }) => {
    const { tableArn } = last.source;
    const release = { tableArn, encryption: { sseAlgorithm: "AES256" }, time: "2026-01-01T00:00:00.000Z", ...more };
    return put(recordKey, JSON.stringify({ version: 1, ...release }));
  };
  beforeAll(async () => {
    await open(3);
    last = receipts[2]!;
    const datazone = new DataZoneClient(world.clientOf(account));
    await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
    const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
    const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
    await new S3TablesClient(world.clientOf(account)).send(new DeleteTableCommand(table));
    const configuration = { domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "two" };
    await datazone.send(new PutDataExportConfigurationCommand(configuration));
    await backUpNextNight();
  }, 60_000);
  afterAll(() => world.close());

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["nobody has recorded its drop", () => remove(recordKey), /no record of its drop names a backup/],
    ["the record names no backup", () => record({}), /no record of its drop names a backup/],
    [
      "the backup with which it was dropped is gone",
      () => record({ receipt: `${last.destination.location}-moved/receipt.json` }),
      /the backup with which it was dropped, \S+-moved, is not there/,
    ],
  ])("all of its backups stay where %s", async (_, trouble, reason) => {
    await trouble();
    const before = await keys();
    const { code, each, of } = await resultsOf("--yes");
    expect(code).toBe(0);
    expect(each).toEqual(["left", "left", "left"]);
    expect(of(last).reasons).toEqual([expect.stringMatching(reason)]);
    expect(await keys()).toEqual(before);
  });

  it("nothing is deleted where the backup with which it was dropped is not whole", async () => {
    await record();
    await deletesNothingWhileZeroed(`${folderOf(last)}/data`);
  });

  it("`keep` counts up to the backup with which it was dropped, and nothing that was written later", async () => {
    await record();
    const later = await plantOf(last, "later");
    const before = await keys();
    const { code, told, each, of } = await resultsOf("--yes");
    expect(code, told.message).toBe(0);
    expect(each).toEqual(["deleted", "deleted", "kept"]);
    expect(of(last).reasons).toContain("a way back");
    const planted = { destination: { location: `s3://${bucket}/${later.slice(0, -"/receipt.json".length)}` } };
    expect(of(planted as Receipt).reasons).toEqual(["it was written after its table was dropped"]);
    const gone = receipts.slice(0, 2).map(folderOf);
    expect(await keys()).toEqual(before.filter((key) => !gone.some((folder) => key.startsWith(`${folder}/`))));
    expect(await world.run("verify", last.destination.location)).toMatchObject({ code: 0 });
  });
});

it("a run that is broken off leaves what is told as half gone, and the next one ends it; a bucket may keep versions", async () => {
  await open(3, { versioning: "Enabled" });
  await denied("s3", "DeleteObjects", { skip: 1, times: 1 });
  const before = await keys();
  const { code, told } = await resultsOf("--yes");
  expect(code).toBe(1);
  const gone = receipts[0]!.destination.metadataLocation!.slice(`s3://${bucket}/`.length);
  expect(await keys()).toEqual(before.filter((key) => key !== gone));
  expect(told.message).toMatch(/^Broken off: /);
  const list = await world.run("backup", "list", place);
  expect(list.stdout).toMatch(/^partly deleted/m);
  const verified = await world.run("verify", place, "--all");
  expect(verified.code).toBe(1);
  expect(verified.stdout).toContain("a deletion was broken off");
  const again = await resultsOf("--yes");
  expect(again.code, again.told.message).toBe(0);
  expect(again.told.message).toMatch(/The bucket keeps \d+ of them as earlier versions\./);
  expect((await keys()).every((key) => key.startsWith(folderOf(receipts[2]!)))).toBe(true);
  await world.close();
}, 60_000);
