import { parquetMetadataAsync } from "hyparquet";
import type { AsyncBuffer, FileMetaData } from "hyparquet";

/** Random access to a file's bytes. */
export type FileBytes = AsyncBuffer;

/** Returns bytes in memory as the file that the Parquet reader asks for. */
export function fileBytesOf(bytes: Uint8Array): FileBytes {
  return {
    byteLength: bytes.length,
    slice: (start, end) => exactBuffer(bytes.subarray(start, end)),
  };
}

/** The bytes in an ArrayBuffer of their own; a Buffer's may hold others' bytes too. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** Reads the footer of a Parquet file. */
export async function footerOf(file: FileBytes): Promise<FileMetaData> {
  return parquetMetadataAsync(file);
}
