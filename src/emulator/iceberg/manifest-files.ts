import type { Partitioning } from "./asset-columns.ts";
import { icebergSchema, partitionSpec } from "./asset-columns.ts";
import { avroContainer } from "./avro-container.ts";
import { manifestListSchema, manifestSchema } from "./manifest-schemas.ts";
import { encodeInt, encodeLong } from "./statistics.ts";
import type { Entry, Manifest, Snapshot } from "./table-state.ts";
import { dayMs } from "../world/clock.ts";

const entryStatus = { existing: 0, added: 1, deleted: 2 };

/** Writes a manifest as an Avro file. */
export function manifestBytes(
  manifest: Pick<Manifest, "content" | "entries">,
  partitioning: Partitioning,
  sync: Buffer,
): Buffer {
  const rows = manifest.entries.map((entry) => ({
    status: entryStatus[entry.status],
    snapshot_id: entry.snapshot,
    // An added file inherits its sequence number from the manifest list, as the specification has it.
    sequence_number: entry.status === "added" ? null : BigInt(entry.sequence),
    file_sequence_number: entry.status === "added" ? null : BigInt(entry.sequence),
    data_file: fileRecord(entry, partitioning),
  }));
  return avroContainer(
    manifestSchema(partitioning),
    rows,
    {
      schema: JSON.stringify(icebergSchema()),
      "schema-id": "0",
      "partition-spec": JSON.stringify(partitionSpec(partitioning).fields),
      "partition-spec-id": "0",
      "format-version": "2",
      content: manifest.content,
    },
    sync,
  );
}

/** Writes a manifest list as an Avro file. */
export function manifestListBytes(
  snapshot: Pick<Snapshot, "id" | "parent" | "sequence" | "manifests">,
  partitioning: Partitioning,
  sync: Buffer,
): Buffer {
  return avroContainer(
    manifestListSchema,
    snapshot.manifests.map((manifest) => listRecord(manifest, partitioning)),
    {
      "snapshot-id": String(snapshot.id),
      "parent-snapshot-id": String(snapshot.parent ?? null),
      "sequence-number": String(snapshot.sequence),
      "format-version": "2",
    },
    sync,
  );
}

/** Returns the folder of a partition, as Iceberg's writers name it. */
export function partitionFolder(at: number, partitioning: Partitioning): string {
  const moment = new Date(at).toISOString();
  return partitioning === "day"
    ? `snapshot_time_day=${moment.slice(0, 10)}`
    : `snapshot_time=${encodeURIComponent(moment.slice(0, 19))}`;
}

function fileRecord({ file }: Entry, partitioning: Partitioning) {
  return {
    content: file.deletesFrom ? 1 : 0,
    file_path: file.path,
    file_format: "PARQUET",
    partition:
      partitioning === "day"
        ? { snapshot_time_day: Math.floor(file.seed.at / dayMs) }
        : { snapshot_time: BigInt(file.seed.at) * 1000n },
    record_count: BigInt(file.records),
    file_size_in_bytes: BigInt(file.size),
    value_counts: file.statistics.valueCounts,
    null_value_counts: file.statistics.nullCounts,
    lower_bounds: file.statistics.lower,
    upper_bounds: file.statistics.upper,
    sort_order_id: file.deletesFrom ? null : 0,
    referenced_data_file: file.deletesFrom ?? null,
  };
}

function listRecord(manifest: Manifest, partitioning: Partitioning) {
  const having = (status: Entry["status"]) => manifest.entries.filter((entry) => entry.status === status);
  const rows = (status: Entry["status"]) => BigInt(having(status).reduce((sum, entry) => sum + entry.file.records, 0));
  const live = manifest.entries.filter((entry) => entry.status !== "deleted");
  const moments = manifest.entries.map((entry) => entry.file.seed.at);
  const bound = (at: number) =>
    partitioning === "day" ? encodeInt(Math.floor(at / dayMs)) : encodeLong(BigInt(at) * 1000n);
  return {
    manifest_path: manifest.path,
    manifest_length: BigInt(manifest.length),
    partition_spec_id: 0,
    content: manifest.content === "data" ? 0 : 1,
    sequence_number: BigInt(manifest.sequence),
    min_sequence_number: BigInt(Math.min(manifest.sequence, ...live.map((entry) => entry.sequence))),
    added_snapshot_id: manifest.addedSnapshot,
    added_files_count: having("added").length,
    existing_files_count: having("existing").length,
    deleted_files_count: having("deleted").length,
    added_rows_count: rows("added"),
    existing_rows_count: rows("existing"),
    deleted_rows_count: rows("deleted"),
    partitions: [
      {
        contains_null: false,
        contains_nan: false,
        lower_bound: bound(Math.min(...moments)),
        upper_bound: bound(Math.max(...moments)),
      },
    ],
  };
}
