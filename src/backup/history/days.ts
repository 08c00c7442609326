import { openAvro, recordsOf } from "../iceberg/avro.ts";
import type { AvroRecord } from "../iceberg/avro.ts";
import { content } from "../iceberg/manifest.ts";
import { dayReader } from "../iceberg/manifest-days.ts";
import { currentSnapshotId } from "../iceberg/metadata.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesInFlight } from "../store/pieces.ts";
import { manifestsOf, withFileName, planTable } from "../copy/plan.ts";

/** The days of which a table of an export has rows. */
export interface TableDays {
  /** Rows in the data files of each day, those that deletes hide included; sorted by day. */
  days: Record<string, number>;
  /** Rows in files of which no one day is known. */
  undated: number;
}

/** Returns of which days a table's current snapshot has rows, by its manifests: no data file is read. */
export async function daysOf(store: ObjectStore, metadataLocation: string, signal?: AbortSignal): Promise<TableDays> {
  const plan = await planTable(store, metadataLocation, "current", signal);
  const current = plan.snapshots.find(({ id }) => id === currentSnapshotId(plan.metadata));
  const days = new Map<string, number>();
  let undated = 0;
  const read = async ({ path }: { path: string }) => {
    const bytes = await store.get(path);
    for (const { day, rows } of withFileName(path, () => dataIn(bytes))) {
      if (day === undefined) undated += rows;
      else days.set(day, (days.get(day) ?? 0) + rows);
    }
  };
  await forEachParallel(current ? manifestsOf(plan, current) : [], piecesInFlight, read, signal);
  return { days: Object.fromEntries([...days].toSorted(([a], [b]) => (a < b ? -1 : 1))), undated };
}

function dataIn(bytes: Uint8Array): { day: string | undefined; rows: number }[] {
  const file = openAvro(bytes);
  const dayOf = dayReader(file);
  return [...recordsOf(file)].flatMap((record) => {
    const data = record.data_file as AvroRecord;
    if (record.status === 2 || Number(data.content ?? content.data) !== content.data) return [];
    return [{ day: dayOf(record), rows: Number(data.record_count) }];
  });
}
