import {
  appendDay,
  compact,
  createAssetTable,
  deleteRows,
  expireRecords,
  expireSnapshots,
} from "../../iceberg/index.ts";
import type { Commit, Partitioning, TableState } from "../../iceberg/index.ts";
import type { Slice, Storage, World } from "../../world/world.ts";
import { exportBucket, findExportTable, exportNamespace, exportTable } from "./find-export.ts";
import { putFiles, removeFiles } from "./table-files.ts";
import type { Table } from "./table-model.ts";
import { addTable, addTableBucket, tableBucketsOf, markChanged } from "./table-store.ts";

/** Whom S3 Tables tells as the author of what the export made. */
const servicePrincipal = "systemtables.sagemaker-catalog.amazonaws.com";

/** Makes the table, empty, with its bucket and namespace as far as they are missing. */
export const ensureExportTable: Storage["ensureExportTable"] = async (world, { encryption, ...at }) => {
  const bucket =
    tableBucketsOf(world, at.account, at.region).get(exportBucket) ??
    addTableBucket(world, at, { name: exportBucket, encryption, managed: true });
  const now = world.clock.now();
  if (!bucket.namespaces.has(exportNamespace)) {
    bucket.namespaces.set(exportNamespace, {
      name: exportNamespace,
      id: world.ids.uuid(),
      createdAt: now,
      createdBy: at.account,
    });
  }
  const existing = findExportTable(world, at);
  if (existing) return { bucketArn: bucket.arn, tableArn: existing.arn };
  const table = addTable(world, bucket, {
    namespace: exportNamespace,
    name: exportTable,
    encryption,
    createdBy: servicePrincipal,
    readOnly: true,
  });
  const empty = createAssetTable({
    uuid: table.id,
    location: table.warehouseLocation,
    partitioning: world.quirk("export-partition") as Partitioning,
    at: now.getTime(),
  });
  writers(world, at).set(table.id, new ExportWriter(empty));
  putFiles(world, empty.written);
  if (world.quirk("s3tables-empty-metadata") === "present") table.metadataLocation = empty.table.metadataLocation;
  return { bucketArn: bucket.arn, tableArn: table.arn };
};

/** Commits one day of the export: what S3 Tables' maintenance did since the last one, the day's rows, and what expires by them. */
export const appendSnapshot: Storage["appendSnapshot"] = async (world, { account, region, domain, time, assets }) => {
  const table = findExportTable(world, { account, region });
  const writer = table && writers(world, { account, region }).get(table.id);
  if (!writer) return;
  const at = time.getTime();
  const commit = (change: Commit | undefined) => publish(world, table, writer, change);
  maintain(world, table, writer, at, commit);
  commit(appendDay(writer.table, { account, region, domain, at }, assets));
  writer.days++;
  expire(table, writer, time, commit);
  const kept = table.maintenance.icebergSnapshotManagement;
  if (world.quirk("export-snapshot-expiry") === "on" && kept.status === "enabled") {
    const settings = kept.settings?.icebergSnapshotManagement;
    commit(expireSnapshots(writer.table, settings?.maxSnapshotAgeHours ?? 120, at));
  }
};

/** Each third day the table is maintained, before that day's export, as far as the quirk says. */
function maintain(
  world: World,
  table: Table,
  writer: ExportWriter,
  at: number,
  commit: (change: Commit | undefined) => TableState,
): void {
  const quirk = world.quirk("export-maintenance");
  if (quirk === "none" || writer.days % 3 !== 2) return;
  const deleted = commit(deleteRows(writer.table, at - 2000));
  if (quirk === "compaction" && table.maintenance.icebergCompaction.status === "enabled")
    commit(compact(deleted, at - 1000));
}

/** Runs the table's record expiration and notes what it did. */
function expire(
  table: Table,
  writer: ExportWriter,
  time: Date,
  commit: (change: Commit | undefined) => TableState,
): void {
  const { status, settings } = table.recordExpiration;
  if (status !== "enabled" || settings?.days === undefined) return;
  const before = writer.table.snapshots.at(-1)?.summary;
  const after = commit(expireRecords(writer.table, settings.days, time.getTime())).snapshots.at(-1)?.summary;
  const gone = (name: string) => Number(before?.[name] ?? 0) - Number(after?.[name] ?? 0);
  table.recordExpirationJob = {
    status: "Successful",
    lastRunTimestamp: time,
    metrics: {
      deletedDataFiles: gone("total-data-files"),
      deletedRecords: gone("total-records"),
      removedFilesSize: gone("total-files-size"),
    },
  };
}

function publish(world: World, table: Table, writer: ExportWriter, change: Commit | undefined): TableState {
  if (!change) return writer.table;
  putFiles(world, change.written);
  writer.advance(change);
  table.metadataLocation = change.table.metadataLocation;
  markChanged(world, table, servicePrincipal);
  removeFiles(world, change.orphaned);
  return change.table;
}

/** The writer's memory of a table. It is private, so that the emulator's state shows tables and not their manifests. */
class ExportWriter {
  /** Exports so far. */
  days = 0;
  #table: TableState;

  constructor(commit: Commit) {
    this.#table = commit.table;
  }

  get table(): TableState {
    return this.#table;
  }

  advance(commit: Commit): void {
    this.#table = commit.table;
  }
}

const slice: Slice<Map<string, ExportWriter>> = { name: "s3tables-export", initial: () => new Map() };

function writers(world: World, at: { account: string; region: string }): Map<string, ExportWriter> {
  return world.regional(slice, at.account, at.region);
}
