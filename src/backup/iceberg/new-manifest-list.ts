import { writeAvro } from "./avro.ts";
import type { AvroRecord } from "./avro.ts";

/** A manifest whose files another table had before. */
export interface TakenManifest {
  path: string;
  /** Bytes. */
  length: number;
  specId: number;
  /** 0 for data, 1 for deletes. */
  content: number;
  lowestSequence: bigint;
  snapshot: bigint;
  files: number;
  rows: bigint;
  /** The summaries of its partitions, as the list that named it had them. */
  partitions: unknown;
}

/** Returns the manifest list of a snapshot, in Iceberg's format version 2: https://iceberg.apache.org/spec/#manifest-lists. */
export function newManifestList(
  manifests: readonly TakenManifest[],
  { id, parent, sequence }: { id: bigint; parent?: bigint; sequence: bigint },
  name: string,
): Buffer {
  const rows = manifests.map((manifest): AvroRecord => ({
    manifest_path: manifest.path,
    manifest_length: BigInt(manifest.length),
    partition_spec_id: manifest.specId,
    content: manifest.content,
    sequence_number: sequence,
    min_sequence_number: manifest.lowestSequence,
    added_snapshot_id: manifest.snapshot,
    added_files_count: 0,
    existing_files_count: manifest.files,
    deleted_files_count: 0,
    added_rows_count: 0n,
    existing_rows_count: manifest.rows,
    deleted_rows_count: 0n,
    partitions: summariesOf(manifest.partitions),
  }));
  const properties = {
    "snapshot-id": String(id),
    "parent-snapshot-id": String(parent ?? null),
    "sequence-number": String(sequence),
    "format-version": "2",
  };
  return writeAvro(schema, rows, properties, name);
}

function summariesOf(partitions: unknown): unknown {
  if (!Array.isArray(partitions)) return null;
  return (partitions as AvroRecord[]).map(
    ({ contains_null, contains_nan = null, lower_bound = null, upper_bound = null }) => ({
      contains_null,
      contains_nan,
      lower_bound,
      upper_bound,
    }),
  );
}

const field = (id: number, name: string, type: unknown) => ({ name, type, "field-id": id });
const optional = (id: number, name: string, type: unknown) => ({
  name,
  type: ["null", type],
  default: null,
  "field-id": id,
});

const schema = {
  type: "record",
  name: "manifest_file",
  fields: [
    field(500, "manifest_path", "string"),
    field(501, "manifest_length", "long"),
    field(502, "partition_spec_id", "int"),
    field(517, "content", "int"),
    field(515, "sequence_number", "long"),
    field(516, "min_sequence_number", "long"),
    field(503, "added_snapshot_id", "long"),
    field(504, "added_files_count", "int"),
    field(505, "existing_files_count", "int"),
    field(506, "deleted_files_count", "int"),
    field(512, "added_rows_count", "long"),
    field(513, "existing_rows_count", "long"),
    field(514, "deleted_rows_count", "long"),
    optional(507, "partitions", {
      type: "array",
      items: {
        type: "record",
        name: "r508",
        fields: [
          field(509, "contains_null", "boolean"),
          optional(518, "contains_nan", "boolean"),
          optional(510, "lower_bound", "bytes"),
          optional(511, "upper_bound", "bytes"),
        ],
      },
      "element-id": 508,
    }),
  ],
};
