import { currentSnapshotId } from "./iceberg/metadata.ts";
import type { ObjectStore } from "./store/object-store.ts";
import { manifestsOf, planTable } from "./copy/plan.ts";
import type { TablePlan } from "./copy/plan.ts";

/** What a table holds, as its metadata tells it. */
export interface TableContents {
  /** Of the current snapshot, those that position or equality deletes hide included. */
  rows: number;
  /** Of all files that a backup of it copies. */
  bytes: number;
  files: number;
  snapshots: number;
  /** When the newest snapshot was made, ISO 8601. */
  lastExport?: string;
}

/** Returns what a table holds, without reading a data file. */
export function contentsOf(plan: TablePlan): TableContents {
  const { metadata, metadataBytes, snapshots, lists, manifests, copies, deletes } = plan;
  const currentId = currentSnapshotId(metadata);
  const current = snapshots.find(({ id }) => id === currentId);
  const rows = (current ? manifestsOf(plan, current) : []).reduce((sum, manifest) => sum + manifest.rows, 0);
  const sizes = [
    ...[...deletes.values()].map(({ size }) => size),
    ...[...manifests.values()].map(({ length }) => length),
  ];
  const metadataSnapshots = snapshotsIn(plan);
  const newest = Math.max(...metadataSnapshots.map((snapshot) => Number(snapshot["timestamp-ms"])));
  return {
    rows,
    bytes: sizes.reduce((sum, size) => sum + size, metadataBytes.length + copies.bytes),
    files: copies.count + deletes.size + manifests.size + lists.size + 1,
    snapshots: snapshots.length,
    ...(Number.isFinite(newest) && { lastExport: new Date(newest).toISOString() }),
  };
}

/**
 * Returns what a table holds, of which a plan has some of the snapshots. Files of the others that cannot be read are not counted: a copy that goes by
 * the plan does without them.
 */
export async function wholeContentsOf(
  plan: TablePlan,
  metadataLocation: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<TableContents> {
  try {
    return contentsOf(await planTable(store, metadataLocation, "all", signal));
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...contentsOf(plan), snapshots: snapshotsIn(plan).length };
  }
}

const snapshotsIn = ({ metadata }: TablePlan) => (metadata["snapshots"] ?? []) as { "timestamp-ms"?: unknown }[];
