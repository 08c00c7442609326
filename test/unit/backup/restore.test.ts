import { expect, test } from "vitest";
import { backUp, BackupDamaged, restore } from "../../../src/backup/index.ts";
import type { RestoreTable, RestoredTable } from "../../../src/backup/index.ts";
import { request, tableWithDeletes } from "../../support/iceberg-samples.ts";
import { rowsOf } from "../../support/iceberg-reader.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const readFrom = (store: MemoryStore) => (uri: string) => store.objects.get(uri)?.body;

test("a restored table has every row of every snapshot and owes nothing to the backup", async () => {
  const { backup, receipt, wanted, table } = await backedUp();
  const write = new MemoryStore();
  const restored = await restore({ receipt, into: "s3://acme-lake/restored/", read: backup, write });
  expect(restored).toMatchObject({
    location: "s3://acme-lake/restored",
    verification: { ok: true, rows: 4, snapshots: 4 },
  });
  expect(write.text(restored.metadataLocation)).not.toContain("acme-backups");
  for (const [index, id] of table.snapshotIds.entries()) {
    expect(await rowsOf(readFrom(write), restored.metadataLocation, id)).toEqual(wanted[index]);
  }
});

test("one snapshot is restored alone, and is the current", async () => {
  const { backup, receipt, wanted, table } = await backedUp();
  for (const [index, snapshot] of table.snapshotIds.entries()) {
    const write = new MemoryStore();
    const into = "s3://acme-lake/restored";
    const restored = await restore({ receipt, into, read: backup, write, snapshot });
    expect(restored.verification).toMatchObject({ ok: true, rows: wanted[index]!.length, snapshots: 1 });
    expect(await rowsOf(readFrom(write), restored.metadataLocation, snapshot)).toEqual(wanted[index]);
    const text = write.text(restored.metadataLocation);
    expect(text).toContain(`"current-snapshot-id": ${snapshot}`);
    expect(JSON.parse(text).refs.main.type).toBe("branch");
  }
  const none = restore({ receipt, into: "s3://b/t", read: backup, write: new MemoryStore(), snapshot: 5n });
  await expect(none).rejects.toThrow("has no snapshot 5");
});

test("a table of a table bucket is committed once, last, with its version token", async () => {
  const { backup, receipt } = await backedUp();
  const write = new MemoryStore();
  const bucket = tableBucket(write);
  const { metadataLocation } = await restore({ receipt, into: bucket, read: backup, write });
  expect(bucket.commits).toEqual([{ metadataLocation, versionToken: "fresh", isReadable: true }]);
  expect(metadataLocation).toMatch(/^s3:\/\/restored--table-s3\/metadata\/.*\.metadata\.json$/);
  await restore({ receipt, into: bucket, read: backup, write });
  expect(bucket.commits).toHaveLength(1);
});

test("a table that holds other data is not restored into", async () => {
  const { backup, receipt } = await backedUp();
  const write = new MemoryStore();
  const bucket = tableBucket(write, "s3://restored--table-s3/metadata/others.metadata.json");
  await expect(restore({ receipt, into: bucket, read: backup, write })).rejects.toThrow("holds data already");
  expect(write.objects.size).toBe(0);
});

test.each(["data/theirs.parquet", "metadata/00009-others.metadata.json", "README"])(
  "a folder that holds %s, which is not of this restore, is not restored into",
  async (path) => {
    const { backup, receipt } = await backedUp();
    const write = new MemoryStore();
    const other = `s3://acme-lake/restored/${path}`;
    write.objects.set(other, { body: Buffer.from("precious"), metadata: {} });
    const attempt = restore({ receipt, into: "s3://acme-lake/restored", read: backup, write });
    await expect(attempt).rejects.toThrow(new RegExp(`holds what is not of this restore: ${other}`));
    expect([...write.objects.keys()]).toEqual([other]);
  },
);

test("a restore that was broken off goes on in its folder, and finished it may be run again", async () => {
  const { backup, receipt } = await backedUp();
  const write = new MemoryStore();
  const again = () => restore({ receipt, into: "s3://acme-lake/restored", read: backup, write });
  const { metadataLocation } = await again();
  const whole = [...write.objects.keys()].toSorted();
  expect(await again()).toMatchObject({ metadataLocation });
  for (const uri of whole.filter((uri, index) => uri === metadataLocation || index % 2 === 0))
    write.objects.delete(uri);
  // As S3's console makes a folder.
  write.objects.set("s3://acme-lake/restored/", { body: Buffer.alloc(0), metadata: {} });
  expect(await again()).toMatchObject({ metadataLocation, verification: { ok: true, rows: 4 } });
  expect([...write.objects.keys()].toSorted()).toEqual(["s3://acme-lake/restored/", ...whole]);
});

test("a damaged backup is not restored", async () => {
  const { backup, receipt } = await backedUp();
  const [victim] = backup.under(`${receipt.destination.location}/data/`);
  backup.objects.set(victim!, { body: Buffer.alloc(backup.bytes(victim!).length), metadata: {} });
  const attempt = restore({ receipt, into: "s3://acme-lake/restored", read: backup, write: new MemoryStore() });
  await expect(attempt).rejects.toThrow(BackupDamaged);
});

async function backedUp() {
  const { source, table } = await tableWithDeletes();
  const backup = new MemoryStore();
  const receipt = await backUp(request(source, backup, table.metadataLocation));
  const wanted: string[][] = [];
  for (const id of table.snapshotIds) wanted.push(await rowsOf(readFrom(source), table.metadataLocation, id));
  return { backup, receipt, wanted, table };
}

function tableBucket(store: MemoryStore, metadataLocation?: string) {
  const state: RestoredTable = {
    warehouseLocation: "s3://restored--table-s3",
    versionToken: "fresh",
    metadataLocation,
  };
  const commits: { metadataLocation: string; versionToken: string; isReadable: boolean }[] = [];
  const table: RestoreTable & { commits: typeof commits } = {
    commits,
    create: async () => ({ ...state }),
    commit: async (location, versionToken) => {
      commits.push({ metadataLocation: location, versionToken, isReadable: store.objects.has(location) });
      state.metadataLocation = location;
    },
  };
  return table;
}
