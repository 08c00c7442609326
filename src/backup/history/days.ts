import { openAvro, recordsOf } from "../iceberg/avro.ts";
import type { AvroRecord } from "../iceberg/avro.ts";
import { content } from "../iceberg/manifest.ts";
import { dayReader } from "../iceberg/manifest-days.ts";
import { currentSnapshotId } from "../iceberg/metadata.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { manifestsOf, planTable } from "../copy/plan.ts";
import type { TablePlan } from "../copy/plan.ts";

/** The days of which a table of an export has rows. */
export interface TableDays {
  /** Rows in the data files of each day, those that deletes hide included; sorted by day. */
  days: Record<string, number>;
  /** Rows in files of which no one day is known. */
  undated: number;
}

/** Returns of which days a table's current snapshot has rows, by its manifests: no data file is read. */
export async function daysOf(store: ObjectStore, metadataLocation: string, signal?: AbortSignal): Promise<TableDays> {
  const { days, undated } = await datedPlanOf(store, metadataLocation, signal);
  return { days, undated };
}

/** Returns what a table's metadata reaches of the current snapshot, and its days. Each file of it is read once. */
export async function datedPlanOf(
  store: ObjectStore,
  metadataLocation: string,
  signal?: AbortSignal,
): Promise<TableDays & { plan: TablePlan }> {
  const rowsByManifest = new Map<string, DatedRows>();
  const plan = await planTable(store, metadataLocation, "current", signal, (path, bytes) =>
    rowsByManifest.set(path, rowsByDay(bytes)),
  );
  const current = plan.snapshots.find(({ id }) => id === currentSnapshotId(plan.metadata));
  const sums: DatedRows = new Map();
  for (const { path } of current ? manifestsOf(plan, current) : [])
    for (const [day, rows] of rowsByManifest.get(path)!) sums.set(day, (sums.get(day) ?? 0) + rows);
  const dated = [...sums].flatMap(([day, rows]) => (day === undefined ? [] : [[day, rows] as const]));
  const days = Object.fromEntries(dated.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { plan, days, undated: sums.get(undefined) ?? 0 };
}

type DatedRows = Map<string | undefined, number>;

function rowsByDay(bytes: Uint8Array): DatedRows {
  const file = openAvro(bytes);
  const dayOf = dayReader(file);
  const sums: DatedRows = new Map();
  for (const record of recordsOf(file)) {
    const data = record.data_file as AvroRecord;
    if (record.status === 2 || Number(data.content ?? content.data) !== content.data) continue;
    const day = dayOf(record);
    sums.set(day, (sums.get(day) ?? 0) + Number(data.record_count));
  }
  return sums;
}
