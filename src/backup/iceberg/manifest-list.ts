import { openAvro, recordsOf, rewriteAvro } from "./avro.ts";
import type { AvroRecord } from "./avro.ts";

/** One row of a manifest list: https://iceberg.apache.org/spec/#manifest-lists. */
export interface ManifestRow {
  path: string;
  length: number;
}

/** Reads which manifests a list names. */
export function readManifestList(bytes: Uint8Array): ManifestRow[] {
  return [...recordsOf(openAvro(bytes))].map((row) => ({
    path: pathOf(row),
    length: Number(row.manifest_length),
  }));
}

/** Returns the list with other paths, and the lengths of the manifests that lie there. */
export function rewriteManifestList(
  bytes: Uint8Array,
  move: (uri: string) => string,
  lengthOf: (uri: string) => number,
): Buffer {
  return rewriteAvro(openAvro(bytes), (row) => {
    const path = row.manifest_path as string;
    return { ...row, manifest_path: move(path), manifest_length: BigInt(lengthOf(path)) };
  });
}

function pathOf({ manifest_path: path }: AvroRecord): string {
  if (typeof path !== "string") throw new Error("it has an entry without a path");
  return path;
}
