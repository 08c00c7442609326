import { inspect, storedBytes } from "./contents.ts";
import type { OnDeleted } from "./contents.ts";
import { content } from "./iceberg/manifest.ts";
import type { ManifestEntry } from "./iceberg/manifest.ts";
import { currentSnapshotId } from "./iceberg/metadata.ts";
import type { TableMetadata } from "./iceberg/metadata.ts";
import { parquetColumns } from "./iceberg/parquet.ts";
import type { ObjectStore } from "./object-store.ts";
import { forEachParallel } from "./parallel.ts";
import { piecesInFlight } from "./pieces.ts";
import { planTable } from "./plan.ts";
import type { TablePlan } from "./plan.ts";

/** The rows that a query of a table's current snapshot returns, and the number of its snapshots; read from its files. */
export async function countRows(
  store: ObjectStore,
  metadataLocation: string,
): Promise<{ rows: number; snapshots: number }> {
  const plan = await planTable(store, metadataLocation, "all");
  const tally = new RowTally(plan);
  const entries = Map.groupBy(tally.entries, (entry) => entry.path);
  await forEachParallel(entries, piecesInFlight, async ([path, named]) => {
    const found = await inspect(store, () => true, plan.files.get(path)!, named, tally.onDeleted);
    if (found.problems.length > 0) throw new Error(found.problems.join(" "));
    tally.addFile(path, found.rows);
  });
  return { rows: await tally.rows(store), snapshots: plan.snapshots.length };
}

/**
 * Counts the live rows of the current snapshot while its files are read. Never the totals of its summary: those count a row
 * twice that two delete files remove, and delete files whose data is gone.
 */
export class RowTally {
  /** What a reader of the current snapshot opens, with what each inherits from its manifest. */
  readonly entries: LiveEntry[];
  readonly #unpartitioned: Set<number>;
  readonly #byKey: Map<string, LiveEntry>;
  readonly #rows = new Map<string, number>();
  readonly #deleted = new Map<string, Set<number>>();

  constructor(plan: TablePlan) {
    this.entries = liveEntries(plan);
    this.#byKey = new Map(this.entries.map((entry) => [keyOf(entry), entry]));
    this.#unpartitioned = unpartitionedSpecs(plan.metadata);
  }

  addFile(path: string, rows: number): void {
    this.#rows.set(path, rows);
  }

  /** Deletes of other snapshots do not count, nor those older than the data. */
  readonly onDeleted: OnDeleted = (entry, path, position) => {
    const by = this.#byKey.get(keyOf(entry));
    const target = this.#byKey.get(path);
    if (!by || !target || target.sequence > by.sequence) return;
    const positions = this.#deleted.get(path) ?? new Set();
    this.#deleted.set(path, positions.add(position));
  };

  /** The count, when every file was added. Equality deletes are matched here, by reading the columns they name. */
  async rows(store: ObjectStore): Promise<number> {
    const equalityDeletes = this.entries.filter((entry) => entry.content === content.equalityDeletes);
    const keysOf = new Map<LiveEntry, Set<string>>();
    for (const entry of equalityDeletes) keysOf.set(entry, new Set(await keysIn(store, entry, entry.equalityIds)));
    let count = 0;
    for (const entry of this.entries) {
      if (entry.content !== content.data) continue;
      const rows = this.#rows.get(entry.path)!;
      const deleted = new Set([...(this.#deleted.get(entry.path) ?? [])].filter((position) => position < rows));
      for (const one of equalityDeletes.filter((candidate) => this.#applies(candidate, entry))) {
        const keys = keysOf.get(one)!;
        const rowKeys = await keysIn(store, entry, one.equalityIds);
        rowKeys.forEach((key, position) => keys.has(key) && deleted.add(position));
      }
      count += rows - deleted.size;
    }
    return count;
  }

  // https://iceberg.apache.org/spec/#scan-planning
  #applies(equalityDelete: LiveEntry, data: LiveEntry): boolean {
    if (data.sequence >= equalityDelete.sequence) return false;
    const samePartition = equalityDelete.specId === data.specId && equalityDelete.partition === data.partition;
    return samePartition || this.#unpartitioned.has(equalityDelete.specId);
  }
}

interface LiveEntry extends ManifestEntry {
  sequence: number;
  specId: number;
}

function liveEntries(plan: TablePlan): LiveEntry[] {
  const current = plan.snapshots.find((snapshot) => snapshot.id === currentSnapshotId(plan.metadata));
  return (current ? plan.lists.get(current.manifestList)! : []).flatMap((row) =>
    plan.manifests
      .get(row.path)!
      .entries.map((entry) => ({ ...entry, sequence: entry.sequence ?? row.sequence, specId: row.specId })),
  );
}

function keyOf(entry: ManifestEntry): string {
  return entry.blob ? `${entry.path}#${entry.blob.offset}` : entry.path;
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
