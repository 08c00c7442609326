import { crc32Of } from "./checksum.ts";
import { openAvro } from "./iceberg/avro.ts";
import { readDeletionVector } from "./iceberg/deletion-vector.ts";
import type { ManifestEntry } from "./iceberg/manifest.ts";
import { exactBuffer, fileBytesOf, parquetRows } from "./iceberg/parquet.ts";
import type { FileBytes } from "./iceberg/parquet.ts";
import { readPositionDeletes } from "./iceberg/position-deletes.ts";
import { readPuffin, referencedDataFile } from "./iceberg/puffin.ts";
import type { ObjectStore } from "./object-store.ts";
import { pieceSize } from "./pieces.ts";
import type { FilePlan } from "./plan.ts";
import { readBack } from "./read-back.ts";

/** Hears which positions of a data file an entry removes. */
export type OnDeleted = (entry: ManifestEntry, path: string, position: number) => void;

/** What was found in a file by reading it. */
export interface Contents {
  crc32: string;
  /** Rows by the file's own account; for deletes, the number of them. */
  rows: number;
  problems: string[];
}

/** Reads a file and holds it against every manifest entry that names it; `isInside` says which paths it may name. */
export async function inspect(
  store: ObjectStore,
  isInside: (uri: string) => boolean,
  file: FilePlan,
  entries: ManifestEntry[],
  onDeleted: OnDeleted,
  signal?: AbortSignal,
): Promise<Contents> {
  const isLarge = file.size > pieceSize && file.kind !== "positionDeletes" && file.format !== "AVRO";
  if (isLarge || file.kind === "statistics") {
    const crc32 = await readBack(store, file.path, file.size, signal);
    if (file.kind === "statistics") return { crc32, rows: 0, problems: [] };
    const rows = await parquetRows(storedBytes(store, file));
    return { crc32, rows, problems: miscount(file, rows, entries) };
  }
  const bytes = await store.get(file.path);
  const crc32 = crc32Of(bytes);
  try {
    return { crc32, ...(await findingsIn(bytes, isInside, file, entries, onDeleted)) };
  } catch (error) {
    return { crc32, rows: 0, problems: [`${file.path} cannot be read: ${(error as Error).message}.`] };
  }
}

/** Random access to a file where it is stored. */
export function storedBytes(store: ObjectStore, file: { path: string; size: number }): FileBytes {
  return {
    byteLength: file.size,
    slice: async (start, end = file.size) => exactBuffer(await store.get(file.path, { start, end })),
  };
}

type Findings = Omit<Contents, "crc32">;

async function findingsIn(
  bytes: Uint8Array,
  isInside: (uri: string) => boolean,
  file: FilePlan,
  entries: ManifestEntry[],
  onDeleted: OnDeleted,
): Promise<Findings> {
  if (file.format === "PUFFIN") return inspectVectors(isInside, file, bytes, entries, onDeleted);
  if (file.kind === "positionDeletes") return inspectDeletes(isInside, file, bytes, entries, onDeleted);
  const rows = file.format === "AVRO" ? avroRows(bytes) : await parquetRows(fileBytesOf(bytes));
  return { rows, problems: miscount(file, rows, entries) };
}

async function inspectDeletes(
  isInside: (uri: string) => boolean,
  file: FilePlan,
  bytes: Uint8Array,
  entries: ManifestEntry[],
  onDeleted: OnDeleted,
): Promise<Findings> {
  const rows = await readPositionDeletes(bytes);
  const problems = miscount(file, rows.length, entries);
  const paths = new Set(rows.map((row) => row.path));
  for (const path of paths) {
    if (!isInside(path)) problems.push(`${file.path} deletes rows of ${path}, outside the copy.`);
    for (const { referencedDataFile: only } of entries) {
      if (only && only !== path)
        problems.push(`${file.path} deletes rows of ${path}, its manifest says of ${only} only.`);
    }
    for (const { pathBounds } of entries) {
      const name = Buffer.from(path);
      const below = pathBounds.lower && Buffer.compare(name, pathBounds.lower) < 0;
      const above = pathBounds.upper && Buffer.compare(name, pathBounds.upper) > 0;
      if (below || above)
        problems.push(`${file.path} deletes rows of ${path}, outside the bounds that its manifest gives.`);
    }
  }
  for (const entry of entries) for (const { path, position } of rows) onDeleted(entry, path, Number(position));
  return { rows: rows.length, problems };
}

function inspectVectors(
  isInside: (uri: string) => boolean,
  file: FilePlan,
  bytes: Uint8Array,
  entries: ManifestEntry[],
  onDeleted: OnDeleted,
): Findings {
  const problems: string[] = [];
  const blobs = new Map(readPuffin(bytes).map((blob) => [blob.offset, blob]));
  let rows = 0;
  for (const entry of entries) {
    const target = entry.blob && blobs.get(entry.blob.offset)?.properties[referencedDataFile];
    if (!entry.blob || target === undefined || target !== entry.referencedDataFile || !isInside(target)) {
      problems.push(`${file.path} has no deletion vector of ${entry.referencedDataFile} where its manifest says so.`);
      continue;
    }
    const { offset, size } = entry.blob;
    const positions = readDeletionVector(bytes.subarray(offset, offset + size));
    problems.push(...miscount(file, positions.length, [entry]));
    for (const position of positions) onDeleted(entry, target, position);
    rows += positions.length;
  }
  return { rows, problems };
}

function miscount(file: FilePlan, rows: number, entries: ManifestEntry[]): string[] {
  const wrong = entries.find((entry) => entry.records !== rows);
  return wrong ? [`${file.path} holds ${rows} rows, its manifest says ${wrong.records}.`] : [];
}

function avroRows(bytes: Uint8Array): number {
  return openAvro(bytes).blocks.reduce((rows, block) => rows + block.records, 0);
}
