import { describe, expect, test } from "vitest";
import {
  backUp,
  BackupDamaged,
  OtherBytes,
  readReceipt,
  receiptUri,
  SourceChanged,
  verify,
} from "../../../src/backup/index.ts";
import type { Receipt } from "../../../src/backup/index.ts";
import type { IcebergTable } from "../../support/iceberg-table.ts";
import { copyFolder, newTable, request, rows, tableWithDeletes } from "../../support/iceberg-samples.ts";
import { rowsOf } from "../../support/iceberg-reader.ts";
import { MemoryStore } from "../../support/memory-store.ts";

describe("a backup", () => {
  test("holds every row of every snapshot, read by another reader", async () => {
    const { source, table } = await tableWithDeletes();
    const { write, receipt } = await backedUp(source, table);
    for (const id of table.snapshotIds) {
      const wanted = await rowsOf(readFrom(source), table.metadataLocation, id);
      expect(await rowsOf(readFrom(write), receipt.destination.metadataLocation!, id)).toEqual(wanted);
    }
    expect(receipt).toMatchObject({ version: 1, snapshots: 4, rows: 4, destination: { location: copyFolder } });
  });

  test("lies in a folder of its own, and nothing in it leads outside", async () => {
    const { source, table } = await tableWithDeletes();
    const { write } = await backedUp(source, table);
    expect(write.under("").every((uri) => uri.startsWith(`${copyFolder}/`))).toBe(true);
    expect(write.text(`${copyFolder}/metadata/${table.metadataLocation.split("/").pop()}`)).not.toContain("--table-s3");
  });

  test("counts live rows from the files where the summaries are wrong", async () => {
    const { source, table } = await tableWithDeletes();
    const { receipt } = await backedUp(source, table);
    expect(receipt.rows).toBe((await rowsOf(readFrom(source), table.metadataLocation)).length);
  });

  test("of a table that never held data is a receipt over nothing", async () => {
    const write = new MemoryStore();
    const receipt = await backUp(request(new MemoryStore(), write));
    expect(receipt).toMatchObject({ snapshots: 0, rows: 0, files: 0, bytes: 0, destination: { location: copyFolder } });
    expect(receipt.destination.metadataLocation).toBeUndefined();
    expect(await verify({ receipt, store: write })).toMatchObject({ ok: true, problems: [] });
  });

  test("of a table with metadata and no snapshot opens with no rows", async () => {
    const { source, table } = newTable(2);
    await table.writeMetadata();
    const { receipt } = await backedUp(source, table);
    expect(receipt).toMatchObject({ snapshots: 0, rows: 0 });
  });

  test("is made once: a second run writes nothing, and holds the copy against the source again", async () => {
    const { source, table } = await tableWithDeletes();
    const { write, receipt } = await backedUp(source, table);
    source.calls.length = 0;
    write.calls.length = 0;
    expect(await backUp(request(source, write, table.metadataLocation))).toEqual(receipt);
    expect(source.calls.map((call) => call.uri)).toContain(table.metadataLocation);
    const read = write.calls.filter((call) => call.name === "get").map((call) => call.uri);
    expect(read).toEqual(expect.arrayContaining(write.under(copyFolder)));
    expect(write.calls.filter((call) => !["head", "get", "list"].includes(call.name))).toEqual([]);
  });

  test("has the same digest wherever and whenever it is made to the same place", async () => {
    const { source, table } = await tableWithDeletes();
    const first = await backedUp(source, table);
    const second = await backedUp(source, table);
    expect(second.receipt.digest).toBe(first.receipt.digest);
    expect(first.receipt.digest).toMatch(/^sha256:/);
    expect(await readReceipt(first.write, receiptUri(copyFolder))).toEqual(first.receipt);
  });

  test("that two runs make at once is one backup with one receipt", async () => {
    const { source, table } = await tableWithDeletes();
    const write = new MemoryStore();
    const run = () => backUp(request(source, write, table.metadataLocation));
    const [one, two] = await Promise.all([run(), run()]);
    expect(two).toEqual(one);
    expect(await verify({ receipt: one, store: write })).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<Receipt>, boolean]>([
    ["other rows", { rows: 5 }, false],
    ["another digest", { digest: `sha256:${"0".repeat(64)}` }, false],
    ["another place", { destination: { location: "s3://elsewhere/copy" } }, false],
    ["another time alone", { verifiedAt: "2026-01-01T00:00:00.000Z" }, true],
  ])("returns a receipt that appeared during the copy only if it says the same: %s", async (_, change, isSame) => {
    const { source, table } = await tableWithDeletes();
    const { receipt } = await backedUp(source, table);
    const planted = { ...receipt, ...change };
    const write = new MemoryStore();
    const put: MemoryStore["put"] = (uri, body, options) => {
      const there = { body: Buffer.from(JSON.stringify(planted)), metadata: {} };
      if (uri === receiptUri(copyFolder)) write.objects.set(uri, there);
      return MemoryStore.prototype.put.call(write, uri, body, options);
    };
    const attempt = backUp(request(source, Object.assign(write, { put }), table.metadataLocation));
    if (isSame) expect(await attempt).toEqual(planted);
    else await expect(attempt).rejects.toThrow("receipt.json appeared during the copy");
  });

  test("counts the rows of Avro data files too", async () => {
    const { source, table } = newTable(2);
    const file = await table.data(rows(0, 3, 19_000));
    await table.commit([file]);
    const avro = source.bytes(source.under(table.location).find((uri) => uri.includes("/snap-"))!);
    const path = `${table.location}/data/rows.avro`;
    await source.put(path, avro);
    await table.commit([{ ...file, path, size: avro.length, records: 1, format: "AVRO" }]);
    expect((await backedUp(source, table)).receipt).toMatchObject({ rows: 4 });
  });

  test("of the current snapshot alone needs no file of the others", async () => {
    const { source, table, old } = await tableWithDeletes();
    source.objects.delete(old.path);
    const write = new MemoryStore();
    const receipt = await backUp({ ...request(source, write, table.metadataLocation), history: "current" });
    expect(receipt).toMatchObject({ snapshots: 1, rows: 4 });
    const wanted = await rowsOf(readFrom(source), table.metadataLocation);
    expect(await rowsOf(readFrom(write), receipt.destination.metadataLocation!)).toEqual(wanted);
  });

  test("names the missing file and the way on when a snapshot expired under it", async () => {
    const { source, table, old } = await tableWithDeletes();
    source.objects.delete(old.path);
    const attempt = backUp(request(source, new MemoryStore(), table.metadataLocation));
    await expect(attempt).rejects.toThrow(SourceChanged);
    await expect(attempt).rejects.toThrow(old.path);
  });

  test("writes over nothing: every object is put where nothing is", async () => {
    const { source, table } = await tableWithDeletes();
    const write = new MemoryStore();
    const puts: unknown[] = [];
    const put: MemoryStore["put"] = (uri, body, options) => {
      puts.push(options?.ifNoneMatch);
      return MemoryStore.prototype.put.call(write, uri, body, options);
    };
    await backUp(request(source, Object.assign(write, { put }), table.metadataLocation));
    expect(puts.length).toBeGreaterThan(10);
    expect(new Set(puts)).toEqual(new Set([true]));
  });

  test.each(["data/", "metadata/snap-", "objects.jsonl", "evidence/"])(
    "leaves another's object in %s as it is, and names it",
    async (place) => {
      const { source, table } = await tableWithDeletes();
      const undisturbed = (await backedUp(source, table)).write;
      const uri = undisturbed.under(`${copyFolder}/${place}`)[0]!;
      const write = new MemoryStore();
      const other = { body: Buffer.alloc(undisturbed.bytes(uri).length, 1), metadata: {} };
      write.objects.set(uri, other);
      const attempt = backUp(request(source, write, table.metadataLocation));
      await expect(attempt).rejects.toThrow(OtherBytes);
      await expect(attempt).rejects.toThrow(uri);
      expect(write.objects.get(uri)).toBe(other);
      expect(
        write.under("").filter((each) => /receipt\.json|metadata\.json$/.test(each) && !each.includes("evidence")),
      ).toEqual([]);
    },
  );

  test("goes on with objects of the same bytes that were brought there by other means", async () => {
    const { source, table } = await tableWithDeletes();
    const { write: first, receipt } = await backedUp(source, table);
    const write = new MemoryStore();
    write.keepsChecksums = false;
    for (const uri of first.under(copyFolder)) {
      if (!/receipt\.json|\/metadata\/[^/]*\.json$/.test(uri))
        write.objects.set(uri, { body: first.bytes(uri), metadata: {} });
    }
    expect(await backUp(request(source, write, table.metadataLocation))).toMatchObject({ digest: receipt.digest });
  });

  test("that was damaged is reported, and not repaired in silence", async () => {
    const { source, table } = await tableWithDeletes();
    const { write } = await backedUp(source, table);
    write.objects.delete(write.under(`${copyFolder}/data/`)[0]!);
    await expect(backUp(request(source, write, table.metadataLocation))).rejects.toThrow(BackupDamaged);
  });
});

async function backedUp(source: MemoryStore, table: IcebergTable) {
  const write = new MemoryStore();
  const receipt = await backUp(request(source, write, table.metadataLocation));
  return { write, receipt };
}

const readFrom = (store: MemoryStore) => (uri: string) => store.objects.get(uri)?.body;
