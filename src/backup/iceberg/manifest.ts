import { openAvro, recordsOf, rewriteAvro } from "./avro.ts";
import type { AvroRecord } from "./avro.ts";

/** What a file holds: https://iceberg.apache.org/spec/#manifests. */
export const content = { data: 0, positionDeletes: 1, equalityDeletes: 2 } as const;

/** A live entry of a manifest. One Puffin file is named by one entry for each deletion vector in it. */
export interface ManifestEntry {
  path: string;
  content: number;
  /** PARQUET, AVRO, ORC or PUFFIN. */
  format: string;
  /** Bytes of the whole file. */
  size: number;
  records: number;
}

/** Reads the entries that a snapshot reads. A DELETED one names a file that may have expired, so nothing here ever looks at it. */
export function* readManifest(bytes: Uint8Array): Generator<ManifestEntry> {
  for (const record of recordsOf(openAvro(bytes))) {
    if (record.status === deleted) continue;
    const file = record.data_file as AvroRecord;
    yield {
      path: file.file_path as string,
      content: Number(file.content ?? content.data),
      format: String(file.file_format).toUpperCase(),
      size: Number(file.file_size_in_bytes),
      records: Number(file.record_count),
    };
  }
}

/** Returns the manifest with other paths, and the sizes in bytes of the delete files that were rewritten. */
export function rewriteManifest(
  bytes: Uint8Array,
  move: (uri: string) => string,
  rewrittenSize: (uri: string) => number | undefined,
): Buffer {
  return rewriteAvro(openAvro(bytes), (record) => {
    const file = record.data_file as AvroRecord;
    const path = file.file_path as string;
    const size = rewrittenSize(path);
    const moved: AvroRecord = { ...file, file_path: move(path) };
    if (typeof file.referenced_data_file === "string") moved.referenced_data_file = move(file.referenced_data_file);
    if (size !== undefined) moved.file_size_in_bytes = BigInt(size);
    if (file.content === content.positionDeletes) Object.assign(moved, movedPathMetrics(file, move));
    return { ...record, data_file: moved };
  });
}

/**
 * Readers use the bounds of `file_path` to decide which data files a delete file concerns: a bound with the old path makes
 * deleted rows come back. Equal bounds are one whole path and move with it; others may be cut short and are left out.
 */
function movedPathMetrics(file: AvroRecord, move: (uri: string) => string): AvroRecord {
  const lower = boundOf(file.lower_bounds);
  const upper = boundOf(file.upper_bounds);
  const bound = lower && upper?.equals(lower) ? Buffer.from(move(lower.toString())) : undefined;
  const withBound = (metrics: unknown) =>
    (metrics as KeyValue[] | null)?.flatMap((metric) => {
      if (metric.key !== filePathColumn) return [metric];
      return bound ? [{ ...metric, value: bound }] : [];
    });
  const metrics: AvroRecord = {};
  if (file.lower_bounds) metrics.lower_bounds = withBound(file.lower_bounds);
  if (file.upper_bounds) metrics.upper_bounds = withBound(file.upper_bounds);
  if (file.column_sizes) metrics.column_sizes = null;
  if (file.split_offsets) metrics.split_offsets = null;
  return metrics;
}

function boundOf(metrics: unknown): Buffer | undefined {
  return (metrics as KeyValue[] | null | undefined)?.find((metric) => metric.key === filePathColumn)?.value;
}

interface KeyValue {
  key: number;
  value: Buffer;
}

const deleted = 2;

// Reserved field id of `file_path` in position delete files: https://iceberg.apache.org/spec/#reserved-field-ids.
const filePathColumn = 2147483546;
