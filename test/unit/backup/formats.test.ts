import { readFileSync } from "node:fs";
import path from "node:path";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { describe, expect, test } from "vitest";
import { backUp, countRows, proveCopy, restore, verify } from "../../../src/backup/index.ts";
import { openAvro, recordsOf, rewriteAvro } from "../../../src/backup/iceberg/avro.ts";
import { pathMapper } from "../../../src/backup/model/location.ts";
import { copyFolder, newTable, request, rows } from "../../support/iceberg-samples.ts";
import type { IcebergTable, WrittenFile } from "../../support/iceberg-table.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const fixture = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../../fixtures/formats", name));
const day = 19_000;

/** A table of two data files, with more files in a second snapshot. */
async function tableWith(version: 2 | 3, more: (table: IcebergTable) => Promise<WrittenFile[]>) {
  const { source, table } = newTable(version);
  const first = await table.data(rows(0, 4, day), "data/a.parquet");
  await table.commit([first, await table.data(rows(10, 6, day), "data/b.parquet")]);
  const files = await more(table);
  await table.commit(files);
  const write = new MemoryStore();
  const asked = request(source, write, table.metadataLocation);
  return { source, table, files, write, asked, move: pathMapper(table.location, copyFolder) };
}

/** Backs up, restores elsewhere, and reads both again: each step holds what it made against what it was made of. */
async function throughAll({ asked, write }: Awaited<ReturnType<typeof tableWith>>) {
  const receipt = await backUp(asked);
  expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: true });
  const verification = await verify({ receipt, store: write });
  expect([verification.problems, verification.rows]).toEqual([[], receipt.rows]);
  const restored = await restore({ receipt, into: "s3://acme-lake/t", read: write, write });
  expect([restored.verification.problems, restored.verification.rows]).toEqual([[], receipt.rows]);
  return receipt;
}

describe("data is copied and counted", () => {
  test.each(["uncompressed", "zlib", "snappy", "lz4", "zstd"])("in ORC, %s", async (codec) => {
    const made = await tableWith(2, async (table) => [
      await table.foreign("data/c.orc", fixture(`data-${codec}.orc`), {
        records: 2000,
        content: 0,
        format: "ORC",
        day,
      }),
    ]);
    expect(await throughAll(made)).toMatchObject({ rows: 2010, snapshots: 2 });
  });

  test("in Avro, with equality deletes by a nested column in Avro and in Parquet", async () => {
    const made = await tableWith(2, async (table) => {
      const owner = { id: 4, name: "owner", required: false, type: nested };
      table.extraMetadata = { schemas: [{ type: "struct", "schema-id": 0, fields: [owner] }] };
      const data = await table.foreign("data/c.avro", fixture("data.avro"), {
        records: 10,
        content: 0,
        format: "AVRO",
        day,
      });
      await table.commit([data]);
      const about = { content: 2 as const, day, equalityIds: [5] };
      return [
        await table.foreign("data/e.avro", fixture("equality.avro"), { ...about, format: "AVRO", records: 3 }),
        await table.foreign("data/e.parquet", fixture("equality.parquet"), { ...about, format: "PARQUET", records: 1 }),
      ];
    });
    // The Parquet files have no such column, so all of it is null in them: 10 rows go; of the Avro file 3 by value and 5 as null.
    expect(await throughAll(made)).toMatchObject({ rows: 2, snapshots: 3 });
  });
  const nested = { type: "struct", fields: [{ id: 5, name: "mail", required: false, type: "string" }] };
});

describe("what nothing here can count is copied and proven all the same, and the receipt says so:", () => {
  test.each([
    ["equality deletes on ORC", "data-zlib.orc", "ORC", 2000],
    ["data whose footer is encrypted", undefined, "PARQUET", 7],
  ] as const)("%s", async (_kind, name, format, records) => {
    const body = name ? fixture(name) : Buffer.from("PAR1 nothing that anybody can read PARE");
    const made = await tableWith(2, async (table) => {
      await table.commit([await table.foreign("data/c", body, { records, content: 0, format, day })]);
      return [await table.equalityDeletes([3n], day)];
    });
    const receipt = await throughAll(made);
    expect(receipt.rows).toBeUndefined();
    expect(receipt.rowsNotCounted).toContain(`${copyFolder}/data/c cannot be read: `);
    await expect(countRows(made.write, receipt.destination.metadataLocation!)).rejects.toThrow("cannot be counted");
    const at = `${copyFolder}/data/c`;
    made.write.objects.set(at, { body: Buffer.from(body).fill(0, 8, 12), metadata: {} });
    expect(await proveCopy({ ...made.asked, receipt })).toMatchObject({ ok: false });
  });
});

describe("position deletes are moved", () => {
  test("in Avro, with the rows that they carry", async () => {
    const made = await tableWith(2, async (table) => [
      await table.foreign("data/p.avro", fixture("positions.avro"), { records: 3, content: 1, format: "AVRO", day }),
    ]);
    expect(await throughAll(made)).toMatchObject({ rows: 7 });
    const before = [...recordsOf(openAvro(fixture("positions.avro")))];
    const after = [...recordsOf(openAvro(made.write.bytes(`${copyFolder}/data/p.avro`)))];
    expect(after).toEqual(before.map((row) => ({ ...row, file_path: made.move(row.file_path as string) })));
  });

  test.each(["positions.parquet", "positions-nullable.parquet"])(
    "in Parquet, with the rows that they carry: %s",
    async (name) => {
      const made = await tableWith(2, async (table) => [
        await table.foreign("data/p.parquet", fixture(name), { records: 3, content: 1, format: "PARQUET", day }),
      ]);
      expect(await throughAll(made)).toMatchObject({ rows: 7 });
      const read = (bytes: Buffer) => parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
      const before = await read(fixture(name));
      const after = await read(made.write.bytes(`${copyFolder}/data/p.parquet`));
      expect(after).toEqual(before.map((row) => ({ ...row, file_path: made.move(row.file_path as string) })));
    },
  );

  test("in a Puffin file whose footer is compressed", async () => {
    const body = fixture("vector-lz4.puffin");
    const made = await tableWith(3, async (table) => {
      const referenced = `${table.location}/data/a.parquet`;
      const size = body.indexOf("PFA1", 4) - 4;
      const about = { records: 1, content: 1, format: "PUFFIN", day, referenced, blob: { offset: 4, size } } as const;
      return [await table.foreign("data/v.puffin", body, about)];
    });
    expect(await throughAll(made)).toMatchObject({ rows: 9 });
  });
});

test("a file that two manifests name is read once and counts once", async () => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 4, day), "data/a.parquet");
  await table.commit([file]);
  await table.commit([file, await table.data(rows(10, 2, day))]);
  const write = new MemoryStore();
  const asked = request(source, write, table.metadataLocation);
  const receipt = await backUp(asked);
  expect(receipt).toMatchObject({ rows: 6, snapshots: 2 });
  write.calls.length = 0;
  expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: true });
  expect(write.calls.filter(({ name, uri }) => name === "get" && uri.endsWith("/a.parquet"))).toHaveLength(1);
});

test("deletes that a manifest of data names are proven like any, and their rows are not counted", async () => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 4, day), "data/a.parquet");
  await table.commit([file]);
  await table.commit([await table.positionDeletes([[file.path, 1]], day)]);
  for (const uri of source.under("").filter((each) => each.includes("/snap-"))) {
    const list = rewriteAvro(openAvro(source.bytes(uri)), (row) => ({ ...row, content: 0 }));
    source.objects.set(uri, { body: list, metadata: {} });
  }
  const write = new MemoryStore();
  const asked = request(source, write, table.metadataLocation);
  const receipt = await backUp(asked);
  expect(receipt.rowsNotCounted).toContain("A manifest of the other kind names");
  const copied = write.under(copyFolder).find((uri) => uri.endsWith(".deletes.parquet"))!;
  write.objects.set(copied, { body: Buffer.from(write.bytes(copied)).fill(0, 20, 30), metadata: {} });
  expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: false });
});

test("manifests that the metadata lists itself, as format version 1 allowed, are copied", async () => {
  const { source, table } = newTable(1);
  await table.commit([await table.data(rows(0, 4, day))]);
  const uri = table.metadataLocation;
  const manifest = source.under("").find((each) => each.endsWith("m0.avro"))!;
  const inline = source.text(uri).replace(/"manifest-list":"[^"]*"/, `"manifests":["${manifest}"]`);
  expect(inline).not.toBe(source.text(uri));
  source.objects.set(uri, { body: Buffer.from(inline), metadata: {} });
  for (const list of source.under("").filter((each) => each.includes("/snap-"))) source.objects.delete(list);
  const write = new MemoryStore();
  const receipt = await backUp(request(source, write, uri));
  expect(receipt).toMatchObject({ rows: 4, snapshots: 1 });
  expect(await countRows(write, receipt.destination.metadataLocation!)).toEqual({ rows: 4, snapshots: 1 });
});

test("a table whose paths begin with S3:// is copied like any other", async () => {
  const { source, table } = newTable(2);
  await table.commit([await table.data(rows(0, 4, day), "data/a.parquet")]);
  const uri = table.metadataLocation;
  source.objects.set(uri, { body: Buffer.from(source.text(uri).replaceAll("s3://", "S3://")), metadata: {} });
  const lower = (at: string) => at.replace(/^S3:/, "s3:");
  const read = Object.assign(new MemoryStore(), { objects: source.objects });
  const [head, get] = [read.head.bind(read), read.get.bind(read)];
  Object.assign(read, {
    head: (at: string) => head(lower(at)),
    get: (at: string, range?: { start: number; end: number }, etag?: string) => get(lower(at), range, etag),
  });
  expect(await backUp(request(read, new MemoryStore(), uri))).toMatchObject({ rows: 4, snapshots: 1 });
});

describe("statistics, which engines do without,", () => {
  async function tableWithStatistics() {
    const { source, table } = newTable(2);
    await table.commit([await table.data(rows(0, 4, day))]);
    const path = `${table.location}/metadata/s.puffin`;
    source.objects.set(path, { body: Buffer.from("statistics"), metadata: {} });
    const about = { "snapshot-id": table.snapshotIds[0], "statistics-path": path, "file-size-in-bytes": 10 };
    table.extraMetadata = { statistics: [about] };
    await table.writeMetadata();
    return { source, path, asked: request(source, new MemoryStore(), table.metadataLocation) };
  }

  test("are left out where they are gone, and the receipt names them", async () => {
    const { source, path, asked } = await tableWithStatistics();
    source.objects.delete(path);
    const receipt = await backUp(asked);
    expect(receipt).toMatchObject({ rows: 4, leftOut: [path] });
    const copied = (asked.write as MemoryStore).text(receipt.destination.metadataLocation!);
    expect(JSON.parse(copied)).toMatchObject({ statistics: [] });
    expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: true });
  });

  test("may go after they were copied, but not be left out while they are there", async () => {
    const { source, path, asked } = await tableWithStatistics();
    const receipt = await backUp(asked);
    const body = source.objects.get(path)!;
    source.objects.delete(path);
    expect(await proveCopy({ ...asked, receipt })).toMatchObject({ ok: true });
    const without = { ...asked, write: new MemoryStore() };
    const poorer = await backUp(without);
    source.objects.set(path, body);
    expect(await proveCopy({ ...without, receipt: poorer })).toMatchObject({ ok: false });
  });
});

test("what cannot be copied is refused before the first byte, with file and reason", async () => {
  const made = await tableWith(2, async (table) => [
    await table.foreign("data/p.parquet", Buffer.from("PAR1 encrypted PARE"), {
      records: 3,
      content: 1,
      format: "PARQUET",
      day,
    }),
  ]);
  await expect(backUp(made.asked)).rejects.toThrow(/^Cannot back up s3:.*\/data\/p\.parquet: .*/);
  expect(made.write.objects.size).toBe(0);
});

test("position deletes in ORC are refused before the first byte, with the file and what to do", async () => {
  const about = { records: 3, content: 1, format: "ORC", day } as const;
  const made = await tableWith(2, async (table) => [await table.foreign("data/p.orc", Buffer.from("ORC"), about)]);
  await expect(backUp(made.asked)).rejects.toThrow(
    /^Cannot back up s3:[^ ]*\/data\/p\.orc: position deletes in ORC cannot be rewritten; .*Compact the table first/,
  );
  expect(made.write.objects.size).toBe(0);
});
