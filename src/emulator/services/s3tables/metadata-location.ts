import { gunzipSync } from "node:zlib";
import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { World } from "../../world/world.ts";
import { contentsOf } from "../s3/object-store.ts";
import { putFiles } from "./table-files.ts";
import type { Table } from "./table-model.ts";

/** Refuses to move a table's metadata to a location, unless a metadata file of this table lies there, in the table's own warehouse. */
export async function checkMetadataLocation(world: World, table: Table, location: string): Promise<void> {
  const invalid = (message: string) => new ServiceError("BadRequestException", message);
  if (!location.startsWith(`${table.warehouseLocation}/`)) {
    throw invalid("The specified metadata location must begin with the table's warehouse location.");
  }
  if (!/\.metadata\.json(\.gz)?$/.test(location)) {
    throw invalid("The specified metadata location must be a file that ends in .metadata.json or .metadata.json.gz.");
  }
  const warehouse = table.warehouseLocation.slice("s3://".length);
  const object = contentsOf(world, warehouse).objects.get(location.slice(table.warehouseLocation.length + 1));
  if (!object) throw new ServiceError("NotFoundException", "The specified metadata location does not exist.");
  if (world.quirk("s3tables-metadata-check") === "none") return;
  const bytes = Buffer.concat(await object.body.read().toArray());
  const metadata = parse(bytes, location.endsWith(".gz"));
  if (metadata?.location !== table.warehouseLocation) {
    throw invalid("The metadata file's location is not the table's warehouse location.");
  }
}

/** Writes the first metadata file, which CreateTable leaves where it is given a schema. */
export function putInitialMetadata(world: World, table: Table, iceberg: S3Tables.IcebergMetadata): void {
  const fields = fieldsOf(iceberg);
  const partition = (iceberg.partitionSpec?.fields ?? []).map((field, index) => ({
    name: field.name,
    transform: field.transform,
    "source-id": field.sourceId,
    "field-id": field.fieldId ?? 1000 + index,
  }));
  const order = (iceberg.writeOrder?.fields ?? []).map(({ sourceId, transform, direction, nullOrder }) => ({
    transform,
    "source-id": sourceId,
    direction,
    "null-order": nullOrder,
  }));
  const orderId = order.length ? (iceberg.writeOrder?.orderId ?? 1) : 0;
  const metadata = {
    "format-version": 2,
    "table-uuid": table.id,
    location: table.warehouseLocation,
    "last-sequence-number": 0,
    "last-updated-ms": table.createdAt.getTime(),
    "last-column-id": Math.max(0, ...fields.map(({ id }) => id)),
    "current-schema-id": 0,
    schemas: [{ type: "struct", "schema-id": 0, fields }],
    "default-spec-id": 0,
    "partition-specs": [{ "spec-id": 0, fields: partition }],
    "last-partition-id": Math.max(999, ...partition.map((field) => field["field-id"])),
    "default-sort-order-id": orderId,
    "sort-orders": [{ "order-id": orderId, fields: order }],
    properties: iceberg.properties ?? {},
    "current-snapshot-id": -1,
    refs: {},
    snapshots: [],
    statistics: [],
    "snapshot-log": [],
    "metadata-log": [],
  };
  const location = `${table.warehouseLocation}/metadata/00000-${world.ids.uuid()}.metadata.json`;
  putFiles(world, [{ location, bytes: Buffer.from(JSON.stringify(metadata)) }]);
  table.metadataLocation = location;
}

function fieldsOf({ schema, schemaV2 }: S3Tables.IcebergMetadata) {
  if (schemaV2?.fields) {
    return schemaV2.fields.map(({ id = 0, name, type, required, doc }) => ({ id, name, required, type, doc }));
  }
  return (schema?.fields ?? []).map(({ id, name, type, required }, index) => ({
    id: id ?? index + 1,
    name,
    required: required ?? false,
    type,
  }));
}

function parse(bytes: Buffer, zipped: boolean): { location?: unknown } | null {
  try {
    return JSON.parse((zipped ? gunzipSync(bytes) : bytes).toString()) as { location?: unknown } | null;
  } catch {
    throw new ServiceError("BadRequestException", `The metadata file is not ${zipped ? "gzipped " : ""}JSON.`);
  }
}
