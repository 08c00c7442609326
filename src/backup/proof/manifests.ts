import type { AvroContainer, AvroMap, AvroValue } from "./avro-file.ts";
import { differencesOf } from "./difference.ts";
import type { Places } from "./layout.ts";

/** A live file as a manifest names it: https://iceberg.apache.org/spec/#manifests. */
export interface NamedFile {
  path: string;
  content: "data" | "positionDeletes" | "equalityDeletes";
  format: string;
  size: bigint;
  records: bigint;
  /** Its own, or its manifest's. */
  sequence: bigint;
  specId: bigint;
  partition: AvroValue;
  equalityIds: bigint[];
  /** The one data file that a deletion vector speaks of. */
  referenced?: string;
  /** Where a deletion vector lies in its file. */
  vector?: { offset: bigint; size: bigint };
  /** Bounds of the paths in a position delete file. */
  pathBounds: { lower?: Buffer; upper?: Buffer };
}

/** A manifest as a manifest list names it. */
export interface NamedManifest {
  path: string;
  length: bigint;
  sequence: bigint;
  specId: bigint;
  holdsDeletes: boolean;
  /** Whether the current snapshot reads it. */
  isCurrent: boolean;
}

/** Reserved field id of `file_path` in position delete files: https://iceberg.apache.org/spec/#reserved-field-ids. */
export const filePathId = 2147483546n;
const deleted = 2n;

/** Finds how two manifest lists differ, but for paths and lengths, which are the copy's own. */
export function listDifferences(
  source: AvroContainer,
  copy: AvroContainer,
  moved: Places,
  lengthOf: ((path: string) => bigint | undefined) | undefined,
): string[] {
  return recordDifferences(source, copy, (row) => {
    const path = moved.of(textOf(row, "manifest_path"));
    const wanted = new Map(row).set("manifest_path", path);
    return lengthOf ? wanted.set("manifest_length", lengthOf(path) ?? null) : wanted;
  });
}

/**
 * Finds how two manifests differ, entry by entry in their order, from which row ids are counted. Paths are the copy's; so are the sizes of
 * delete files, whose contents name paths, and what was measured of those contents.
 */
export function manifestDifferences(
  source: AvroContainer,
  copy: AvroContainer,
  moved: Places,
  sizeOf: ((path: string) => bigint | undefined) | undefined,
): string[] {
  const entries = copy.records();
  return recordDifferences(source, copy, (entry) => {
    const file = mapOf(entry, "data_file");
    const path = moved.of(textOf(file, "file_path"));
    const wanted = new Map(file).set("file_path", path);
    const referenced = file.get("referenced_data_file");
    if (typeof referenced === "string") wanted.set("referenced_data_file", moved.of(referenced));
    if (file.get("content") === 1n) {
      const found = entries.next().value?.get("data_file");
      allowMeasures(wanted, found instanceof Map ? found : undefined, sizeOf?.(path), entry.get("status") === deleted);
    } else entries.next();
    return new Map(entry).set("data_file", wanted);
  });
}

/** Returns the manifests that a list names. */
export function manifestsIn(list: AvroContainer): Omit<NamedManifest, "isCurrent">[] {
  return Array.from(list.records(), (row) => ({
    path: textOf(row, "manifest_path"),
    length: numberOf(row, "manifest_length"),
    sequence: numberOf(row, "sequence_number", 0n),
    specId: numberOf(row, "partition_spec_id", 0n),
    holdsDeletes: row.get("content") === 1n,
  }));
}

/** Returns the live files that a manifest names. What was deleted may be gone, and is never looked at. */
export function* filesIn(
  manifest: AvroContainer,
  { sequence, specId }: Pick<NamedManifest, "sequence" | "specId">,
): Generator<NamedFile> {
  for (const entry of manifest.records()) {
    if (entry.get("status") === deleted) continue;
    const file = mapOf(entry, "data_file");
    const sequenceNumber = entry.get("sequence_number");
    const offset = file.get("content_offset");
    const referenced = file.get("referenced_data_file");
    yield {
      path: textOf(file, "file_path"),
      content: contents[Number(numberOf(file, "content", 0n))] ?? "data",
      format: textOf(file, "file_format").toUpperCase(),
      size: numberOf(file, "file_size_in_bytes"),
      records: numberOf(file, "record_count"),
      sequence: typeof sequenceNumber === "bigint" ? sequenceNumber : sequence,
      specId,
      partition: file.get("partition") ?? null,
      equalityIds: (file.get("equality_ids") as bigint[] | null | undefined) ?? [],
      ...(typeof referenced === "string" && { referenced }),
      ...(typeof offset === "bigint" && { vector: { offset, size: numberOf(file, "content_size_in_bytes") } }),
      pathBounds: { lower: pathBound(file, "lower_bounds"), upper: pathBound(file, "upper_bounds") },
    };
  }
}

const contents = ["data", "positionDeletes", "equalityDeletes"] as const;

function recordDifferences(
  source: AvroContainer,
  copy: AvroContainer,
  expected: (record: AvroMap) => AvroMap,
): string[] {
  const problems = differencesOf(source.properties, copy.properties, "its header");
  const found = copy.records();
  let index = 0;
  for (const record of source.records()) {
    if (problems.length > 0) return problems;
    const next = found.next();
    if (next.done) return [`it has ${index} entries, the source's has more`];
    problems.push(...differencesOf(expected(record), next.value, `entry ${index}`));
    index += 1;
  }
  if (problems.length === 0 && !found.next().done)
    problems.push(`it has more than the ${index} entries of the source's`);
  return problems;
}

/** What a rewritten delete file may say anew: its size, its column sizes and offsets, and bounds that fit its paths, which its rows tell. */
function allowMeasures(wanted: AvroMap, found: AvroMap | undefined, size: bigint | undefined, isGone: boolean): void {
  if (size !== undefined && !(isGone && found?.get("file_size_in_bytes") === wanted.get("file_size_in_bytes"))) {
    wanted.set("file_size_in_bytes", size);
  }
  for (const measure of ["column_sizes", "split_offsets"]) {
    if (wanted.has(measure) && found?.get(measure) === null) wanted.set(measure, null);
  }
  for (const measure of ["lower_bounds", "upper_bounds"]) {
    const bounds = wanted.get(measure);
    if (!Array.isArray(bounds)) continue;
    const foundBounds = found?.get(measure);
    const pathBound = Array.isArray(foundBounds) ? foundBounds.find(isPathBound) : undefined;
    const rest = bounds.flatMap((bound) =>
      isPathBound(bound) ? (pathBound === undefined ? [] : [pathBound]) : [bound],
    );
    wanted.set(measure, rest);
  }
}

function isPathBound(bound: AvroValue): boolean {
  return bound instanceof Map && bound.get("key") === filePathId;
}

function pathBound(file: AvroMap, measure: string): Buffer | undefined {
  const bounds = file.get(measure);
  const bound = Array.isArray(bounds) ? bounds.find(isPathBound) : undefined;
  const value = bound instanceof Map ? bound.get("value") : undefined;
  return Buffer.isBuffer(value) ? value : undefined;
}

function mapOf(record: AvroMap, member: string): AvroMap {
  const value = record.get(member);
  if (!(value instanceof Map)) throw new Error(`an entry has no ${member}`);
  return value;
}

function textOf(record: AvroMap, member: string): string {
  const value = record.get(member);
  if (typeof value !== "string") throw new Error(`an entry has no ${member}`);
  return value;
}

function numberOf(record: AvroMap, member: string, otherwise?: bigint): bigint {
  const value = record.get(member) ?? otherwise;
  if (typeof value !== "bigint") throw new Error(`an entry has no ${member}`);
  return value;
}
