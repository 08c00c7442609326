import { createHash } from "node:crypto";
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import avro from "avsc";
import { describe, expect, test } from "vitest";
import { backUp } from "../../../src/backup/index.ts";
import { planTable } from "../../../src/backup/copy/plan.ts";
import { openAvro, recordsOf } from "../../../src/backup/iceberg/avro.ts";
import { openAvroContainer } from "../../../src/backup/proof/avro-file.ts";
import { readTableMetadata } from "../../../src/backup/proof/table-metadata.ts";
import { avroFile } from "../../support/avro-file.ts";
import { manifestListSchema, manifestSchema } from "../../support/iceberg-schemas.ts";
import { newTable, request, rows } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const long = avro.Type.forSchema("long");
const sync = Buffer.alloc(16, 9);

/** A manifest list's header, and whatever comes after it. */
function damaged(codec: string, ...rest: Buffer[]): Buffer {
  return withSchema(JSON.stringify(manifestListSchema(2)), codec, ...rest);
}

function withSchema(schema: string | undefined, codec: string, ...rest: Buffer[]): Buffer {
  const map = avro.Type.forSchema({ type: "map", values: "bytes" });
  const properties = {
    "avro.codec": Buffer.from(codec),
    ...(schema !== undefined && { "avro.schema": Buffer.from(schema) }),
  };
  return Buffer.concat([Buffer.from("Obj\x01"), map.toBuffer(properties), sync, ...rest]);
}

function block(count: number, data: Buffer, length = data.length): Buffer {
  return Buffer.concat([long.toBuffer(count), long.toBuffer(length), data, sync]);
}

const bomb = Buffer.alloc(300 * 2 ** 20);
const deep = (levels: number) => `${'{"type":"array","items":'.repeat(levels)}"int"${"}".repeat(levels)}`;
const arrays = JSON.stringify({
  type: "record",
  name: "r",
  fields: [{ name: "a", type: { type: "array", items: "long" } }],
});
const empty = JSON.stringify({ type: "record", name: "r", fields: [] });

const cases: [string, () => Buffer][] = [
  ["a block that points back at itself", () => damaged("null", block(1, Buffer.alloc(0), -18))],
  ["a block of 2^40 records", () => damaged("null", block(2 ** 40, Buffer.alloc(10)))],
  ["2^40 records of a type without fields", () => withSchema(empty, "null", block(2 ** 40, Buffer.alloc(0)))],
  ["a negative number of records", () => damaged("null", block(-3, Buffer.alloc(0)))],
  ["an array of 2^40 items", () => withSchema(arrays, "null", block(1, long.toBuffer(2 ** 40)))],
  [
    "an array of -2^40 items",
    () => withSchema(arrays, "null", block(1, Buffer.concat([long.toBuffer(-(2 ** 40)), long.toBuffer(1)]))),
  ],
  ["bytes after the last record", () => withSchema(arrays, "null", block(1, Buffer.from([0, 1, 2, 3])))],
  ["a record that is cut off", () => damaged("null", block(1, Buffer.from([200])))],
  ["a deflated bomb", () => damaged("deflate", block(1, deflateRawSync(bomb)))],
  ["a zstandard bomb", () => damaged("zstandard", block(1, zstdCompressSync(bomb)))],
  [
    "a snappy block that claims 4 GB",
    () => damaged("snappy", block(1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0]))),
  ],
  ["no schema", () => withSchema(undefined, "null")],
  ["a schema of 5,000 levels", () => withSchema(deep(5_000), "null", block(1, Buffer.alloc(9)))],
  ["a schema that is no JSON", () => withSchema("{", "null")],
  ["a schema that names an unknown type", () => withSchema('"nothing"', "null")],
  ["nothing", () => Buffer.alloc(0)],
  ["a header that is cut off", () => damaged("null").subarray(0, 40)],
];

describe.each(cases)("an Avro file with %s", (_what, make) => {
  test("is an error in bounded time, to the copier as to the proof", () => {
    const bytes = make();
    const began = Date.now();
    expect(() => [...recordsOf(openAvro(bytes))]).toThrow(/\bits\b|\bit (has|is|nests)\b|larger than|no Avro/);
    expect(() => [...openAvroContainer(bytes).records()]).toThrow(/\bits\b|\bit (has|is|nests)\b|larger than/);
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});

test("the file is named", async () => {
  const { source, table } = newTable(2);
  await table.commit([await table.data(rows(0, 3, 19_000))]);
  const list = source.under("").find((uri) => uri.includes("/snap-"))!;
  source.objects.set(list, { body: damaged("null", block(1, Buffer.alloc(0), -18)), metadata: {} });
  await expect(planTable(source, table.metadataLocation, "all")).rejects.toThrow(`Cannot read ${list}: its Avro block`);
});

test("zipped metadata that would fill the memory, and metadata that nests without end, are errors", async () => {
  const store = new MemoryStore();
  const documents = [
    gzipSync(bomb),
    Buffer.from("[".repeat(5_000_000)),
    Buffer.from('{"format-version":2}'),
    Buffer.from("{"),
  ];
  for (const [index, body] of documents.entries()) {
    const uri = `s3://b/${index}.metadata.json`;
    store.objects.set(uri, { body, metadata: {} });
    await expect(planTable(store, uri, "all")).rejects.toThrow(`Cannot read ${uri}`);
    expect(() => readTableMetadata(body)).toThrow(/it (is|has|nests)|larger/);
  }
});

test.each([
  [
    "letters beyond ASCII",
    ["größe", "日本", "a b"].map((name, index) => ({ name, type: ["null", "string"], "field-id": 1000 + index })),
  ],
  [
    "two decimals of one precision",
    ["net", "gross"].map((name, index) => ({
      name,
      type: ["null", { type: "fixed", name: "decimal_10_2", size: 5, logicalType: "decimal", precision: 10, scale: 2 }],
      "field-id": 1000 + index,
    })),
  ],
])("a table partitioned by fields with %s is backed up and proven", async (_kind, partition) => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 3, 19_000));
  await table.commit([file]);
  const uri = source.under("").find((each) => each.endsWith("m0.avro"))!;
  const [entry] = [...recordsOf(openAvro(source.bytes(uri)))];
  // Written without avsc's rules: the type of the partition alone differs from what the sample's writer takes.
  const plain = avroFile(
    manifestSchema(
      2,
      partition.map((_, index) => ({ name: `p${index}`, type: ["null", "bytes"] })),
    ),
    [
      {
        ...entry,
        data_file: {
          ...(entry!.data_file as object),
          partition: Object.fromEntries(partition.map((_, index) => [`p${index}`, null])),
        },
      },
    ],
    "null",
    { schema: "{}", "partition-spec": "[]", "partition-spec-id": "0", "format-version": "2", content: "data" },
  );
  const body = withPartition(plain, partition);
  source.objects.set(uri, { body, metadata: {} });
  const list = source.under("").find((each) => each.includes("/snap-"))!;
  const named = [...recordsOf(openAvro(source.bytes(list)))].map((row) => ({
    ...row,
    manifest_length: BigInt(body.length),
  }));
  const listed = avroFile(manifestListSchema(2), named, "null", { "format-version": "2" });
  source.objects.set(list, { body: listed, metadata: {} });
  expect(await backUp(request(source, new MemoryStore(), table.metadataLocation))).toMatchObject({
    rows: 3,
    snapshots: 1,
  });
});

/** The file with another type of the partition in its schema; a null takes the same byte in each. */
function withPartition(file: Buffer, partition: unknown[]): Buffer {
  const before = openAvro(file);
  const map = avro.Type.forSchema({ type: "map", values: "bytes" });
  const schema = JSON.stringify(manifestSchema(2, partition));
  const header = map.toBuffer({ ...before.properties, "avro.schema": Buffer.from(schema) });
  const mark = createHash("md5").update(header).digest();
  const blocks = before.blocks.map(({ start, end, records }) => {
    const data = file.subarray(start, end);
    return Buffer.concat([long.toBuffer(records), long.toBuffer(data.length), data, mark]);
  });
  return Buffer.concat([Buffer.from("Obj\x01"), header, mark, ...blocks]);
}
