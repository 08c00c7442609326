import type { Partitioning } from "./asset-columns.ts";

/** Avro schemas of Iceberg v2's manifests and manifest lists. */

type Field = Record<string, unknown>;

const field = (id: number, name: string, type: unknown): Field => ({ name, type, "field-id": id });
const optional = (id: number, name: string, type: unknown): Field => ({
  name,
  type: ["null", type],
  default: null,
  "field-id": id,
});

/** Avro maps take string keys only; Iceberg writes its maps of field ids as arrays of pairs. */
const idMap = (keyId: number, valueId: number, value: string) => ({
  type: "array",
  logicalType: "map",
  items: {
    type: "record",
    name: `k${keyId}_v${valueId}`,
    fields: [field(keyId, "key", "int"), field(valueId, "value", value)],
  },
});

const partitionFields: Record<Partitioning, Field> = {
  day: optional(1000, "snapshot_time_day", { type: "int", logicalType: "date" }),
  identity: optional(1000, "snapshot_time", { type: "long", logicalType: "timestamp-micros", "adjust-to-utc": false }),
};

/** Returns the Avro schema of a manifest's entries, with the field ids that Iceberg asks for. */
export function manifestSchema(partitioning: Partitioning) {
  const partition = { type: "record", name: "r102", fields: [partitionFields[partitioning]] };
  const dataFile = {
    type: "record",
    name: "r2",
    fields: [
      field(134, "content", "int"),
      field(100, "file_path", "string"),
      field(101, "file_format", "string"),
      field(102, "partition", partition),
      field(103, "record_count", "long"),
      field(104, "file_size_in_bytes", "long"),
      optional(109, "value_counts", idMap(119, 120, "long")),
      optional(110, "null_value_counts", idMap(121, 122, "long")),
      optional(125, "lower_bounds", idMap(126, 127, "bytes")),
      optional(128, "upper_bounds", idMap(129, 130, "bytes")),
      optional(140, "sort_order_id", "int"),
      optional(143, "referenced_data_file", "string"),
    ],
  };
  return {
    type: "record",
    name: "manifest_entry",
    fields: [
      field(0, "status", "int"),
      optional(1, "snapshot_id", "long"),
      optional(3, "sequence_number", "long"),
      optional(4, "file_sequence_number", "long"),
      field(2, "data_file", dataFile),
    ],
  };
}

const fieldSummary = {
  type: "record",
  name: "r508",
  fields: [
    field(509, "contains_null", "boolean"),
    optional(518, "contains_nan", "boolean"),
    optional(510, "lower_bound", "bytes"),
    optional(511, "upper_bound", "bytes"),
  ],
};

/** The Avro schema of a manifest list's entries. */
export const manifestListSchema = {
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
    optional(507, "partitions", { type: "array", items: fieldSummary, "element-id": 508 }),
  ],
};
