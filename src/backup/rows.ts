import { storedBytes } from "./contents.ts";
import { content } from "./iceberg/manifest.ts";
import type { ManifestEntry } from "./iceberg/manifest.ts";
import { currentSnapshotId } from "./iceberg/metadata.ts";
import type { TableMetadata } from "./iceberg/metadata.ts";
import { parquetColumns } from "./iceberg/parquet.ts";
import type { ObjectStore } from "./object-store.ts";
import type { TablePlan } from "./plan.ts";

/** An entry of the current snapshot, with what it inherits from its manifest. */
export interface LiveEntry extends ManifestEntry {
  sequence: number;
  specId: number;
}

/** What a reader of the current snapshot opens. */
export function liveEntries(plan: TablePlan): LiveEntry[] {
  const current = plan.snapshots.find((snapshot) => snapshot.id === currentSnapshotId(plan.metadata));
  return (current ? plan.lists.get(current.manifestList)! : []).flatMap((row) =>
    plan.manifests
      .get(row.path)!
      .entries.map((entry) => ({ ...entry, sequence: entry.sequence ?? row.sequence, specId: row.specId })),
  );
}

/**
 * The rows that a query of the current snapshot returns. Never the totals of its summary: those count a row twice that two
 * delete files remove, and delete files whose data is gone.
 */
export async function countLiveRows(
  plan: TablePlan,
  store: ObjectStore,
  rowsOf: (path: string) => number,
  deletedOf: (path: string) => ReadonlySet<number>,
): Promise<number> {
  const entries = liveEntries(plan);
  const equalityDeletes = entries.filter((entry) => entry.content === content.equalityDeletes);
  const unpartitioned = unpartitionedSpecs(plan.metadata);
  const keysOf = new Map<LiveEntry, Set<string>>();
  for (const entry of equalityDeletes) keysOf.set(entry, new Set(await keysIn(store, entry, entry.equalityIds)));

  let count = 0;
  for (const entry of entries) {
    if (entry.content !== content.data) continue;
    const rows = rowsOf(entry.path);
    const deleted = new Set([...deletedOf(entry.path)].filter((position) => position < rows));
    const applying = equalityDeletes.filter(
      (one) =>
        entry.sequence < one.sequence &&
        (unpartitioned.has(one.specId) || (one.specId === entry.specId && one.partition === entry.partition)),
    );
    for (const one of applying) {
      const keys = keysOf.get(one)!;
      (await keysIn(store, entry, one.equalityIds)).forEach((key, position) => keys.has(key) && deleted.add(position));
    }
    count += rows - deleted.size;
  }
  return count;
}

async function keysIn(store: ObjectStore, entry: LiveEntry, fieldIds: number[]): Promise<string[]> {
  if (entry.format !== "PARQUET") {
    throw new Error(`${entry.path}: equality deletes on ${entry.format} data are not supported; PARQUET is.`);
  }
  const rows = await parquetColumns(storedBytes(store, entry), fieldIds);
  return rows.map((values) =>
    JSON.stringify(values, (_key, value) => (typeof value === "bigint" ? `${value}n` : value)),
  );
}

function unpartitionedSpecs(metadata: TableMetadata): Set<number> {
  const specs = (metadata["partition-specs"] ?? []) as { "spec-id": number; fields: unknown[] }[];
  return new Set(specs.filter((spec) => spec.fields.length === 0).map((spec) => spec["spec-id"]));
}
