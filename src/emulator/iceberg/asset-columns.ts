/** The schema of the catalog export's `asset` table, with the field ids its data files carry. */

/** A column of the asset table, in Iceberg and in Parquet. */
export interface Column {
  id: number;
  name: string;
  type: "timestamp" | "string" | "map";
}

/** https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html lists these 15 columns. */
export const assetColumns: readonly Column[] = [
  { id: 1, name: "snapshot_time", type: "timestamp" },
  { id: 2, name: "asset_id", type: "string" },
  { id: 3, name: "resource_type_enum", type: "string" },
  { id: 4, name: "resource_id", type: "string" },
  { id: 5, name: "account_id", type: "string" },
  { id: 6, name: "region", type: "string" },
  { id: 7, name: "catalog", type: "string" },
  { id: 8, name: "namespace", type: "string" },
  { id: 9, name: "asset_name", type: "string" },
  { id: 10, name: "resource_name", type: "string" },
  { id: 11, name: "resource_description", type: "string" },
  { id: 12, name: "business_description", type: "string" },
  { id: 13, name: "extended_metadata", type: "map" },
  { id: 14, name: "asset_created_time", type: "timestamp" },
  { id: 15, name: "asset_updated_time", type: "timestamp" },
];

/** Iceberg numbers nested fields after all top-level ones. */
export const mapKeyId = 16;

/** The field id of the map column's values. */
export const mapValueId = 17;

/** The highest field id that the schema gives out. */
export const lastColumnId = 17;

/** Returns the schema as metadata.json and manifest headers write it. */
export function icebergSchema() {
  return {
    type: "struct",
    "schema-id": 0,
    fields: assetColumns.map(({ id, name, type }) => ({
      id,
      name,
      required: false,
      type:
        type === "map"
          ? {
              type: "map",
              "key-id": mapKeyId,
              key: "string",
              "value-id": mapValueId,
              value: "string",
              "value-required": false,
            }
          : type,
    })),
  };
}

/** How the table is partitioned: AWS documents that it is, daily and by `snapshot_time`, but not the transform. */
export type Partitioning = "day" | "identity";

const partitionFieldId = 1000;

/** Returns the table's partition spec, as its metadata holds it. */
export function partitionSpec(partitioning: Partitioning) {
  const name = partitioning === "day" ? "snapshot_time_day" : "snapshot_time";
  return { "spec-id": 0, fields: [{ name, transform: partitioning, "source-id": 1, "field-id": partitionFieldId }] };
}
