import { icebergSchema, lastColumnId, partitionSpec } from "./asset-columns.ts";
import type { TableState } from "./table-state.ts";

/** Returns the bytes of a table's metadata.json. */
export function metadataJson(table: TableState): Buffer {
  const current = table.snapshots.at(-1);
  return Buffer.from(
    printJson({
      "format-version": 2,
      "table-uuid": table.uuid,
      location: table.location,
      "last-sequence-number": table.lastSequence,
      "last-updated-ms": table.updatedAt,
      "last-column-id": lastColumnId,
      "current-schema-id": 0,
      schemas: [icebergSchema()],
      "default-spec-id": 0,
      "partition-specs": [partitionSpec(table.partitioning)],
      "last-partition-id": 1000,
      "default-sort-order-id": 0,
      "sort-orders": [{ "order-id": 0, fields: [] }],
      properties: { "write.parquet.compression-codec": "snappy" },
      "current-snapshot-id": current?.id ?? -1,
      refs: current ? { main: { "snapshot-id": current.id, type: "branch" } } : {},
      snapshots: table.snapshots.map((snapshot) => ({
        "sequence-number": snapshot.sequence,
        "snapshot-id": snapshot.id,
        ...(snapshot.parent === undefined ? {} : { "parent-snapshot-id": snapshot.parent }),
        "timestamp-ms": snapshot.at,
        summary: { operation: snapshot.operation, ...snapshot.summary },
        "manifest-list": snapshot.manifestList,
        "schema-id": 0,
      })),
      statistics: [],
      "partition-statistics": [],
      "snapshot-log": table.snapshots.map(({ id, at }) => ({ "snapshot-id": id, "timestamp-ms": at })),
      "metadata-log": table.metadataLog.map(({ file, at }) => ({ "metadata-file": file, "timestamp-ms": at })),
    }),
  );
}

/** JSON with bigints as plain numbers: snapshot ids exceed what JSON.stringify can write exactly. */
function printJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(printJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${printJson(member)}`)
    .join(",")}}`;
}
