import { isEqual } from "./difference.ts";
import type { NamedFile } from "./manifests.ts";
import type { Cell } from "./parquet-encodings.ts";

/** What each delete file, or vector in one, removes: positions by data file. */
export type RemovedRows = Map<NamedFile, Map<string, Set<number>>>;

/** Reads the cells of the columns with these field ids of a file, row by row. */
export type ReadKeys = (file: NamedFile, fieldIds: bigint[]) => Promise<Cell[][]>;

/** What a query has to know of a snapshot's deletes. */
export interface LiveDeletes {
  files: NamedFile[];
  removed: RemovedRows;
  /** The specs without partitions, whose equality deletes concern every file. */
  unpartitioned: Set<bigint>;
  readKeys: ReadKeys;
}

/**
 * Counts the rows that a query of a snapshot returns, file by file, from what its files hold, never from what its writer said:
 * https://iceberg.apache.org/spec/#scan-planning.
 */
export class LiveRows {
  total = 0;
  readonly #deletes: LiveDeletes;
  readonly #equality: NamedFile[];
  readonly #positions = new Map<string, { sequence: bigint; positions: Set<number> }[]>();
  readonly #keys = new Map<NamedFile, Promise<Set<string>>>();

  constructor(deletes: LiveDeletes) {
    this.#deletes = deletes;
    this.#equality = deletes.files.filter((file) => file.content === "equalityDeletes");
    for (const file of deletes.files) {
      for (const [path, positions] of deletes.removed.get(file) ?? []) {
        const known = this.#positions.get(path) ?? [];
        known.push({ sequence: file.sequence, positions });
        this.#positions.set(path, known);
      }
    }
  }

  /** Adds the live rows of a data file that holds this many. */
  async add(file: NamedFile, rows: number): Promise<void> {
    const gone = new Set<number>();
    for (const { sequence, positions } of this.#positions.get(file.path) ?? []) {
      if (sequence < file.sequence) continue;
      for (const position of positions) if (position < rows) gone.add(position);
    }
    const concerning = this.#equality.filter((deletes) => isConcerned(file, deletes, this.#deletes.unpartitioned));
    // Deletes by the same columns, of which there may be thousands, read these once.
    for (const deletes of Map.groupBy(concerning, ({ equalityIds }) => equalityIds.join()).values()) {
      const keys = await Promise.all(deletes.map((each) => this.#keysOf(each)));
      const rowKeys = (await this.#deletes.readKeys(file, deletes[0]!.equalityIds)).map(keyOf);
      rowKeys.forEach((key, position) => keys.some((each) => each.has(key)) && gone.add(position));
    }
    this.total += rows - gone.size;
  }

  #keysOf(deletes: NamedFile): Promise<Set<string>> {
    const read = async () => new Set((await this.#deletes.readKeys(deletes, deletes.equalityIds)).map(keyOf));
    const keys = this.#keys.get(deletes) ?? read();
    this.#keys.set(deletes, keys);
    return keys;
  }
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
