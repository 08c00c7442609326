import { parquetReadObjects } from "hyparquet";
import type { KeyValue, SchemaElement } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { openAvro, recordsOf, rewriteAvro } from "./avro.ts";
import { fileBytesOf, footerOf } from "./parquet.ts";
import { replaceTextColumn } from "./parquet-paths.ts";

/** File formats in which position deletes can be rewritten. */
export const positionDeleteFormats = ["PARQUET", "AVRO", "PUFFIN"];

/** A row of a position delete file: https://iceberg.apache.org/spec/#position-delete-files. */
export interface PositionDelete {
  path: string;
  position: bigint;
}

/** Returns the position delete file with other data file paths. Same input, same bytes. */
export async function rewritePositionDeletes(
  bytes: Uint8Array,
  format: string,
  move: (uri: string) => string,
): Promise<Buffer> {
  if (format === "AVRO") return rewriteAvroDeletes(bytes, move);
  const file = fileBytesOf(bytes);
  const metadata = await footerOf(file);
  const deletes = (await readPositionDeletes(bytes)).map(({ path, position }) => ({ path: move(path), position }));
  const isPlain = metadata.schema.length === 3;
  // Other columns hold the deleted rows themselves, of any type, and stay as they are.
  if (!isPlain)
    return replaceTextColumn(
      Buffer.from(bytes),
      "file_path",
      deletes.map(({ path }) => path),
    );
  return writePositionDeletes(deletes, metadata.key_value_metadata?.filter(isIcebergs));
}

/** Reads the path and position of each row of a Parquet file of position deletes. */
export async function readPositionDeletes(bytes: Uint8Array): Promise<PositionDelete[]> {
  const file = fileBytesOf(bytes);
  const metadata = await footerOf(file);
  const rows = await parquetReadObjects({ file, metadata, compressors, columns: ["file_path", "pos"] });
  return rows.map((row) => ({ path: row.file_path as string, position: BigInt(row.pos as bigint | number) }));
}

/** Writes a Parquet file of position deletes, sorted by path and position as the format demands. */
export async function writePositionDeletes(deletes: PositionDelete[], properties?: KeyValue[]): Promise<Buffer> {
  const sorted = deletes.toSorted((a, b) => compare(a.path, b.path) || compare(a.position, b.position));
  const writer = new ByteWriter();
  await parquetWrite({
    writer,
    schema,
    // A reader that takes a truncated minimum for the path would find no file of that name.
    statisticsTruncateLength: Infinity,
    kvMetadata: properties,
    columnData: [
      { name: "file_path", data: sorted.map((row) => row.path) },
      { name: "pos", data: sorted.map((row) => row.position) },
    ],
  });
  return Buffer.from(writer.getBytes());
}

/** Avro keeps rows whole, so whatever stands beside a path moves with it. */
function rewriteAvroDeletes(bytes: Uint8Array, move: (uri: string) => string): Buffer {
  const file = openAvro(bytes);
  const moved = [...recordsOf(file)].map((record) => {
    if (typeof record.file_path !== "string" || typeof record.pos !== "bigint")
      throw new Error("it names no positions");
    return { ...record, file_path: move(record.file_path), pos: record.pos };
  });
  const sorted = moved.toSorted((a, b) => compare(a.file_path, b.file_path) || compare(a.pos, b.pos));
  let next = 0;
  return rewriteAvro(file, () => sorted[next++]);
}

// Other writers' properties, such as Arrow's serialised schema, describe the bytes that are being replaced.
function isIcebergs(property: KeyValue): boolean {
  return property.key.startsWith("iceberg.") || property.key.startsWith("delete-");
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const schema: SchemaElement[] = [
  { name: "table", num_children: 2 },
  {
    name: "file_path",
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    repetition_type: "REQUIRED",
    field_id: 2147483546,
  },
  { name: "pos", type: "INT64", repetition_type: "REQUIRED", field_id: 2147483545 },
];
