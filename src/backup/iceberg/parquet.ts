import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Random access to a file's bytes. */
export type FileBytes = AsyncBuffer;

export function fileBytesOf(bytes: Uint8Array): FileBytes {
  return {
    byteLength: bytes.length,
    slice: (start, end) => exactBuffer(bytes.subarray(start, end)),
  };
}

/** The bytes in an ArrayBuffer of their own; a Buffer's may hold others' bytes too. */
export function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** Rows, as the file's own footer says. */
export async function parquetRows(file: FileBytes): Promise<number> {
  return Number((await footerOf(file)).num_rows);
}

/** The rows' values in the top-level columns with these Iceberg field ids, in their order. */
export async function parquetColumns(file: FileBytes, fieldIds: number[]): Promise<unknown[][]> {
  const metadata = await footerOf(file);
  const names = fieldIds.map((id) => metadata.schema.find((element) => element.field_id === id)?.name);
  const columns = names.filter((name) => name !== undefined);
  if (columns.length === 0) return Array.from({ length: Number(metadata.num_rows) }, () => names.map(() => null));
  const rows = await parquetReadObjects({ file, metadata, columns, compressors });
  return rows.map((row) => names.map((name) => (name === undefined ? null : row[name])));
}

export async function footerOf(file: FileBytes): Promise<FileMetaData> {
  return parquetMetadataAsync(file);
}
