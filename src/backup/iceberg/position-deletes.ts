import { parquetReadObjects } from "hyparquet";
import type { KeyValue, SchemaElement } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { fileBytesOf, footerOf } from "./parquet.ts";

/** A row of a position delete file: https://iceberg.apache.org/spec/#position-delete-files. */
export interface PositionDelete {
  path: string;
  position: bigint;
}

export async function readPositionDeletes(bytes: Uint8Array): Promise<PositionDelete[]> {
  const file = fileBytesOf(bytes);
  const metadata = await footerOf(file);
  if (metadata.schema.some((element) => element.name === "row")) {
    throw new Error("it carries the deleted rows themselves (column `row`), which is not supported");
  }
  const rows = await parquetReadObjects({ file, metadata, compressors, columns: ["file_path", "pos"] });
  return rows.map((row) => ({ path: row.file_path as string, position: BigInt(row.pos as bigint | number) }));
}

/** The file with other data file paths, sorted by path and position as the format demands. Same input, same bytes. */
export async function rewritePositionDeletes(bytes: Uint8Array, move: (uri: string) => string): Promise<Buffer> {
  const deletes = (await readPositionDeletes(bytes)).map(({ path, position }) => ({ path: move(path), position }));
  const { key_value_metadata: properties } = await footerOf(fileBytesOf(bytes));
  return writePositionDeletes(deletes, properties?.filter(isIcebergs));
}

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
