import { isEqual } from "./difference.ts";
import type { NamedFile } from "./manifests.ts";
import type { Cell } from "./parquet-encodings.ts";

/** What was read in the files of one side, by their paths. */
export interface RowsRead {
  /** Of each data file. */
  counts: Map<string, bigint>;
  /** What each delete file, or vector in one, removes: positions by data file. */
  removed: Map<NamedFile, Map<string, Set<number>>>;
}

/** Reads the cells of the columns with these field ids of a file, row by row. */
export type ReadKeys = (file: NamedFile, fieldIds: bigint[]) => Promise<Cell[][]>;

/**
 * Counts the rows that a query of a snapshot returns, from what its files hold, never from what its writer said: https://iceberg.apache.org/spec/#scan-planning.
 */
export async function countLiveRows(
  live: NamedFile[],
  { counts, removed }: RowsRead,
  unpartitioned: Set<bigint>,
  readKeys: ReadKeys,
): Promise<number> {
  const equalityDeletes = live.filter((file) => file.content === "equalityDeletes");
  const positionDeletes = live.filter((file) => file.content === "positionDeletes");
  const deleteKeys = new Map<NamedFile, Set<string>>();
  for (const file of equalityDeletes)
    deleteKeys.set(file, new Set((await readKeys(file, file.equalityIds)).map(keyOf)));
  const data = new Map(live.filter((file) => file.content === "data").map((file) => [file.path, file]));
  const goneFrom = new Map<NamedFile, Set<number>>();
  for (const deletes of positionDeletes) {
    for (const [path, positions] of removed.get(deletes) ?? []) {
      const file = data.get(path);
      if (!file || deletes.sequence < file.sequence) continue;
      const gone = goneFrom.get(file) ?? new Set<number>();
      for (const position of positions) gone.add(position);
      goneFrom.set(file, gone);
    }
  }
  let total = 0;
  for (const file of data.values()) {
    const rows = Number(counts.get(file.path)!);
    const gone = new Set([...(goneFrom.get(file) ?? [])].filter((position) => position < rows));
    const concerning = equalityDeletes.filter((deletes) => isConcerned(file, deletes, unpartitioned));
    // Deletes by the same columns, of which there may be thousands, read these once.
    for (const deletes of Map.groupBy(concerning, ({ equalityIds }) => equalityIds.join()).values()) {
      const keys = deletes.map((each) => deleteKeys.get(each)!);
      const own = (await readKeys(file, deletes[0]!.equalityIds)).map(keyOf);
      own.forEach((key, position) => keys.some((each) => each.has(key)) && gone.add(position));
    }
    total += rows - gone.size;
  }
  return total;
}

function isConcerned(data: NamedFile, deletes: NamedFile, unpartitioned: Set<bigint>): boolean {
  if (data.sequence >= deletes.sequence) return false;
  if (unpartitioned.has(deletes.specId)) return true;
  return data.specId === deletes.specId && isEqual(data.partition, deletes.partition);
}

/** Equal for equal rows: whole numbers of any width, `NaN` for each of its bit patterns, and null for itself alone. */
function keyOf(cells: Cell[]): string {
  return cells
    .map((cell) => {
      if (Buffer.isBuffer(cell)) return `bytes ${cell.toString("hex")}`;
      return Object.is(cell, -0) ? "number -0" : `${typeof cell} ${String(cell)}`;
    })
    .join(",");
}
