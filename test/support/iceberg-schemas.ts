/** Avro schemas of Iceberg's manifests and manifest lists: https://iceberg.apache.org/spec/#manifests. */
type Schema = unknown;

const field = (id: number, name: string, type: Schema) => ({ name, type, "field-id": id });
const optional = (id: number, name: string, type: Schema) => ({ ...field(id, name, ["null", type]), default: null });
const list = (id: number, items: Schema) => ({ type: "array", items, "element-id": id });
const map = (keyId: number, valueId: number, value: Schema) => ({
  type: "array",
  logicalType: "map",
  items: {
    type: "record",
    name: `k${keyId}_v${valueId}`,
    fields: [field(keyId, "key", "int"), field(valueId, "value", value)],
  },
});

export function manifestSchema(version: number, partition: Schema[]): Schema {
  const dataFile = {
    type: "record",
    name: "r2",
    fields: [
      ...(version > 1 ? [field(134, "content", "int")] : []),
      field(100, "file_path", "string"),
      field(101, "file_format", "string"),
      field(102, "partition", { type: "record", name: "r102", fields: partition }),
      field(103, "record_count", "long"),
      field(104, "file_size_in_bytes", "long"),
      ...(version === 1 ? [field(105, "block_size_in_bytes", "long")] : []),
      optional(108, "column_sizes", map(117, 118, "long")),
      optional(109, "value_counts", map(119, 120, "long")),
      optional(110, "null_value_counts", map(121, 122, "long")),
      optional(125, "lower_bounds", map(126, 127, "bytes")),
      optional(128, "upper_bounds", map(129, 130, "bytes")),
      optional(132, "split_offsets", list(133, "long")),
      optional(131, "key_metadata", "bytes"),
      optional(140, "sort_order_id", "int"),
      ...(version > 1 ? [optional(135, "equality_ids", list(136, "int"))] : []),
      ...(version > 1 ? [optional(143, "referenced_data_file", "string")] : []),
      ...(version > 2 ? [optional(142, "first_row_id", "long")] : []),
      ...(version > 2 ? [optional(144, "content_offset", "long"), optional(145, "content_size_in_bytes", "long")] : []),
    ],
  };
  return {
    type: "record",
    name: "manifest_entry",
    fields: [
      field(0, "status", "int"),
      optional(1, "snapshot_id", "long"),
      ...(version > 1 ? [optional(3, "sequence_number", "long"), optional(4, "file_sequence_number", "long")] : []),
      field(2, "data_file", dataFile),
    ],
  };
}

const partitionSummary = {
  type: "record",
  name: "r508",
  fields: [
    field(509, "contains_null", "boolean"),
    optional(518, "contains_nan", "boolean"),
    optional(510, "lower_bound", "bytes"),
    optional(511, "upper_bound", "bytes"),
  ],
};

export function manifestListSchema(version: number): Schema {
  const counts = version > 1 ? field : optional;
  return {
    type: "record",
    name: "manifest_file",
    fields: [
      field(500, "manifest_path", "string"),
      field(501, "manifest_length", "long"),
      field(502, "partition_spec_id", "int"),
      ...(version > 1
        ? [
            field(517, "content", "int"),
            field(515, "sequence_number", "long"),
            field(516, "min_sequence_number", "long"),
          ]
        : []),
      (version > 1 ? field : optional)(503, "added_snapshot_id", "long"),
      counts(504, "added_files_count", "int"),
      counts(505, "existing_files_count", "int"),
      counts(506, "deleted_files_count", "int"),
      counts(512, "added_rows_count", "long"),
      counts(513, "existing_rows_count", "long"),
      counts(514, "deleted_rows_count", "long"),
      optional(507, "partitions", list(508, partitionSummary)),
      ...(version > 2 ? [optional(520, "first_row_id", "long")] : []),
    ],
  };
}

export const dayPartition = [optional(1000, "day", { type: "int", logicalType: "date" })];
