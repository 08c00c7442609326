import { gzipSync } from "node:zlib";
import avro from "avsc";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codecs, openAvro, recordsOf, rewriteAvro } from "../../../src/backup/iceberg/avro.ts";
import { parseJson, printJson } from "../../../src/backup/iceberg/json.ts";
import { readManifestList, rewriteManifestList } from "../../../src/backup/iceberg/manifest-list.ts";
import { readManifest, rewriteManifest } from "../../../src/backup/iceberg/manifest.ts";
import { readMetadata, rewriteMetadata, snapshotsOf, writeMetadata } from "../../../src/backup/iceberg/metadata.ts";
import {
  readPositionDeletes,
  rewritePositionDeletes,
  writePositionDeletes,
} from "../../../src/backup/iceberg/position-deletes.ts";
import { rewritePuffin } from "../../../src/backup/iceberg/puffin.ts";
import { newTable, rows, tableWithDeletes, tableWithVectors } from "../../support/iceberg-samples.ts";
import type { MemoryStore } from "../../support/memory-store.ts";

const move = (uri: string) => uri.replace("s3://63a8e430--table-s3/t", "s3://acme-backups/some/longer/place");
const files = (store: MemoryStore, ending: string) => store.under("").filter((uri) => uri.endsWith(ending));

describe("JSON", () => {
  test("keeps every number as it was written", () => {
    const text = '{"snapshot-id":8202638157098124037,"a":-9223372036854775808,"b":1.0,"c":1e400,"d":0.1,"e":[12]}';
    expect(printJson(parseJson(text), 0)).toBe(text);
    expect(parseJson(text)).toMatchObject({ "snapshot-id": 8202638157098124037n, e: [12] });
  });

  test("keeps any document", () => {
    fc.assert(
      fc.property(fc.json(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (json, id) => {
        const text = `{"id":${id},"json":${JSON.stringify(JSON.parse(json))}}`;
        expect(printJson(parseJson(text), 0)).toBe(text);
      }),
    );
  });
});

describe("an Avro file", () => {
  test("keeps its header, its blocks and every byte when nothing in it changes", async () => {
    for (const codec of ["null", "deflate"] as const) {
      const { source, table } = newTable(2);
      table.codec = codec;
      await table.commit([await table.data(rows(0, 3, 19_000)), await table.data(rows(5, 3, 19_001))]);
      for (const uri of files(source, ".avro")) {
        const file = openAvro(source.bytes(uri));
        expect(file.blocks.length).toBeGreaterThan(0);
        expect(rewriteAvro(file, (record) => record).equals(source.bytes(uri))).toBe(true);
      }
    }
  });

  test("in any supported codec gives back what was put in", () => {
    const names = fc.constantFrom("null" as const, "deflate" as const, "snappy" as const, "zstandard" as const);
    const texts = fc.array(fc.oneof(fc.string(), fc.constant("long ".repeat(30_000))), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, texts, (codec, list) => {
        const file = openAvro(fileOf(codec, list));
        expect(file.codec).toBe(codec);
        expect([...recordsOf(openAvro(rewriteAvro(file, (record) => record)))]).toEqual(list.map((text) => ({ text })));
      }),
      { numRuns: 40 },
    );
  });

  test("that is cut off within a block is refused", async () => {
    const { source } = await tableWithDeletes();
    const bytes = source.bytes(files(source, "m0.avro")[0]!);
    const { header, blocks } = openAvro(bytes);
    const ends = new Set(blocks.map((block) => block.end + 16));
    for (let length = header.length + 1; length < bytes.length; length++) {
      if (ends.has(length)) continue;
      expect(() => [...recordsOf(openAvro(bytes.subarray(0, length)))], `${length}`).toThrow(/its Avro/);
    }
  });

  test("in a codec that is not supported names the codec", () => {
    expect(() => openAvro(headerOf("lzma"))).toThrow('"lzma" is not supported; null, deflate, snappy, zstandard are');
  });
});

describe("a manifest", () => {
  test("moves with its paths, the new sizes of delete files, and nothing else", async () => {
    const { source, deletes } = await tableWithDeletes();
    for (const uri of files(source, "m0.avro")) {
      const before = [...readManifest(source.bytes(uri))];
      const moved = rewriteManifest(source.bytes(uri), move, (path) => (path === deletes.path ? 999 : undefined));
      const after = [...readManifest(moved)];
      const wanted = before.map((entry) => ({
        ...entry,
        path: move(entry.path),
        size: entry.path === deletes.path ? 999 : entry.size,
      }));
      expect(after).toEqual(wanted);
    }
  });

  test("never names a DELETED file, which may have expired", async () => {
    const { source, old } = await tableWithDeletes();
    const live = files(source, "m0.avro").map((uri) => [...readManifest(source.bytes(uri))].map((entry) => entry.path));
    expect(live.flat().filter((path) => path === old.path)).toHaveLength(1);
  });

  test("carries equal path bounds along and drops those that may be cut short", async () => {
    const { source, table } = newTable(2);
    const [a, b] = [await table.data(rows(0, 3, 19_000)), await table.data(rows(5, 3, 19_000))];
    const one = await table.positionDeletes([[a.path, 1]], 19_000);
    const both: [string, number][] = [
      [a.path, 0],
      [b.path, 0],
    ];
    await table.commit([a, b, one, await table.positionDeletes(both, 19_000)]);
    const moved = rewriteManifest(source.bytes(files(source, "m0.avro")[1]!), move, () => undefined);
    const bounds = [...recordsOf(openAvro(moved))].map(({ data_file: file }) => {
      const { lower_bounds: lower, upper_bounds: upper } = file as Record<string, { key: number; value: Buffer }[]>;
      return [lower, upper].map((each) => each!.map(({ key, value }) => `${key} ${value.toString()}`));
    });
    const own = [`2147483546 ${move(a.path)}`];
    expect(bounds).toEqual([
      [own, own],
      [[], []],
    ]);
    for (const record of recordsOf(openAvro(moved))) {
      expect(record.data_file).toMatchObject({ column_sizes: null, split_offsets: null });
    }
  });

  test("of deletion vectors moves the data files they refer to", async () => {
    const { source, vectors } = await tableWithVectors();
    const moved = rewriteManifest(source.bytes(files(source, "m0.avro")[1]!), move, () => 7);
    expect([...recordsOf(openAvro(moved))].map(({ data_file: file }) => file)).toMatchObject(
      vectors.map(({ referenced, blob }) => ({
        referenced_data_file: move(referenced!),
        file_size_in_bytes: 7n,
        content_offset: BigInt(blob!.offset),
      })),
    );
  });
});

test("a manifest list moves with the paths and lengths of its manifests", async () => {
  const { source } = await tableWithDeletes();
  const bytes = source.bytes(files(source, ".avro").find((uri) => uri.includes("snap-"))!);
  const wanted = readManifestList(bytes).map((row, index) => ({ ...row, path: move(row.path), length: 100 + index }));
  const lengths = new Map(readManifestList(bytes).map((row, index) => [row.path, 100 + index]));
  expect(readManifestList(rewriteManifestList(bytes, move, (uri) => lengths.get(uri)!))).toEqual(wanted);
});

describe("position deletes", () => {
  const deletes = fc.array(
    fc.record({ path: fc.constantFrom("s3://b/t/a", "s3://b/t/b", "s3://b/u/c"), position: fc.bigInt(0n, 2n ** 40n) }),
    { minLength: 1 },
  );

  test("keep every row under another path, sorted as the format demands", async () => {
    await fc.assert(
      fc.asyncProperty(deletes, async (list) => {
        const reorder = (uri: string) =>
          ({ "s3://b/t/a": "s3://x/z", "s3://b/t/b": "s3://x/y" })[uri] ?? "s3://x/long/er";
        const moved = await readPositionDeletes(
          await rewritePositionDeletes(await writePositionDeletes(list), "PARQUET", reorder),
        );
        const key = (row: { path: string; position: bigint }) =>
          `${row.path} ${String(row.position).padStart(20, "0")}`;
        const wanted = list.map((row) => ({ ...row, path: reorder(row.path) }));
        expect(moved.map(key)).toEqual(wanted.map(key).toSorted());
      }),
      { numRuns: 25 },
    );
  });

  test("are written the same each time", async () => {
    const bytes = await writePositionDeletes([{ path: "s3://b/t/a", position: 3n }]);
    const rewritten = () => rewritePositionDeletes(bytes, "PARQUET", move);
    expect((await rewritten()).equals(await rewritten())).toBe(true);
  });
});

describe("a Puffin file", () => {
  test("moves its footer and leaves every blob where it is", async () => {
    const { source, vectors } = await tableWithVectors();
    const bytes = source.bytes(vectors[0]!.path);
    const moved = rewritePuffin(bytes, move);
    const end = vectors.at(-1)!.blob!.offset + vectors.at(-1)!.blob!.size;
    expect(moved.subarray(0, end).equals(bytes.subarray(0, end))).toBe(true);
    const named = [...moved.toString("latin1").matchAll(/"referenced-data-file":"([^"]*)"/g)].map(([, path]) => path);
    expect(named).toEqual(vectors.map((vector) => move(vector.referenced!)));
    expect(rewritePuffin(bytes, (uri) => uri).equals(bytes)).toBe(true);
  });
});

describe("table metadata", () => {
  test("is read zipped, whatever its name says", () => {
    const text = '{"format-version":2,"location":"s3://b/t","current-snapshot-id":-1}';
    expect(readMetadata(gzipSync(text))).toEqual(readMetadata(Buffer.from(text)));
  });

  test("of a format version that is not known is refused", () => {
    expect(() => readMetadata(Buffer.from('{"format-version":4,"location":"s3://b/t"}'))).toThrow("version is 4");
  });

  test("moves manifests that it lists itself, as only version 1 did", () => {
    const snapshot = '{"snapshot-id":1,"manifests":["s3://63a8e430--table-s3/t/m"]}';
    const text = `{"format-version":1,"location":"s3://63a8e430--table-s3/t","snapshots":[${snapshot}]}`;
    const metadata = readMetadata(Buffer.from(text));
    expect(snapshotsOf(metadata, "all")).toEqual([{ id: 1n, manifests: ["s3://63a8e430--table-s3/t/m"] }]);
    expect(rewriteMetadata(metadata, move(metadata.location), move, "all")["snapshots"]).toEqual([
      { "snapshot-id": 1, manifests: ["s3://acme-backups/some/longer/place/m"] },
    ]);
  });

  test("moves every path and keeps ids, branches, unknown members and everything else", async () => {
    const { source, table } = await tableWithDeletes();
    table.extraMetadata = {
      statistics: [{ "snapshot-id": table.snapshotIds[0], "statistics-path": `${table.location}/metadata/s.puffin` }],
      "x-unknown": { big: 9007199254740993n },
    };
    await table.writeMetadata();
    const metadata = readMetadata(source.bytes(table.metadataLocation));
    const moved = rewriteMetadata(metadata, move(table.location), move, "all");
    const wanted = JSON.parse(source.text(table.metadataLocation).replaceAll(table.location, move(table.location)));
    expect(JSON.parse(writeMetadata(moved).toString())).toEqual({ ...wanted, "metadata-log": [] });
    expect(writeMetadata(moved).toString()).toContain("9007199254740993");
    for (const id of table.snapshotIds) expect(writeMetadata(moved).toString()).toContain(`"snapshot-id": ${id}`);
  });

  test("of the current snapshot alone names no other", async () => {
    const { source, table } = await tableWithDeletes();
    const moved = rewriteMetadata(readMetadata(source.bytes(table.metadataLocation)), "s3://x", move, "current");
    expect(moved["snapshots"]).toHaveLength(1);
    expect(moved["snapshot-log"]).toHaveLength(1);
    expect(Object.keys(moved["refs"] as object)).toEqual(["main"]);
  });
});

const textSchema: avro.Schema = { type: "record", name: "r", fields: [{ name: "text", type: "string" }] };

function headerOf(codec: string): Buffer {
  const map = avro.Type.forSchema({ type: "map", values: "bytes" });
  const properties = { "avro.codec": Buffer.from(codec), "avro.schema": Buffer.from(JSON.stringify(textSchema)) };
  return Buffer.concat([Buffer.from("Obj\x01"), map.toBuffer(properties), Buffer.alloc(16, 9)]);
}

function fileOf(codec: keyof typeof codecs, list: string[]): Buffer {
  const long = avro.Type.forSchema("long");
  const type = avro.Type.forSchema(textSchema);
  const data = codecs[codec].compress(Buffer.concat(list.map((text) => type.toBuffer({ text }))));
  const block = [long.toBuffer(list.length), long.toBuffer(data.length), data, Buffer.alloc(16, 9)];
  return Buffer.concat([headerOf(codec), ...block]);
}
