import type { ObjectStore } from "../store/object-store.ts";
import type { FilesRead } from "./file-comparison.ts";
import { LiveRows } from "./live-rows.ts";
import type { ReadKeys } from "./live-rows.ts";
import { marks } from "./objects-seen.ts";
import type { Problems } from "./problems.ts";
import { bufferOf } from "./reading.ts";
import { keyFieldOf, NotCounted, readKeyCells } from "./row-counts.ts";
import { copySide, CopyProblem } from "./side.ts";
import type { ComparedTable, NamedPair } from "./table-comparison.ts";
import { unpartitionedSpecsIn } from "./table-metadata.ts";

/** Counts the live rows of the current snapshot on both sides, or says why they cannot be counted, which says nothing against the copy. */
export class TableCount {
  #reason: string | undefined;
  readonly #files: FilesRead;
  readonly #problems: Problems;
  readonly #sides: Record<"source" | "copy", LiveRows>;

  /** @param deletes what the current snapshot deletes, read already */
  constructor(
    { metadata, moved }: ComparedTable,
    deletes: NamedPair[],
    files: FilesRead,
    write: ObjectStore,
    problems: Problems,
  ) {
    this.#files = files;
    this.#problems = problems;
    const side = copySide(write);
    // The bytes are equal, so the keys of both sides are read in the copy.
    const readAt = async (uri: string, file: Parameters<ReadKeys>[0], fieldIds: bigint[]) => {
      const fields = fieldIds.map((id) => {
        const field = keyFieldOf(metadata, id);
        if (!field)
          throw new NotCounted(`${uri} cannot be counted: no schema has the column ${id} of its equality deletes.`);
        return field;
      });
      const read = async (start: number, end: number) => bufferOf(await side.bytes(uri, { start, end }));
      return side.parsed(uri, () => readKeyCells(file, fields, read));
    };
    const unpartitioned = unpartitionedSpecsIn(metadata);
    this.#sides = {
      source: new LiveRows({
        files: deletes.map(({ source }) => source),
        removed: files.removed.source,
        unpartitioned,
        readKeys: (file, ids) => readAt(moved.of(file.path), file, ids),
      }),
      copy: new LiveRows({
        files: deletes.flatMap(({ copy }) => copy ?? []),
        removed: files.removed.copy,
        unpartitioned,
        readKeys: (file, ids) => readAt(file.path, file, ids),
      }),
    };
  }

  /** Notes why rows cannot be counted. */
  giveUp(reason: string): void {
    this.#reason ??= reason;
  }

  /** Adds a live data file, which was read at `to`. */
  async add(to: string, pair: NamedPair): Promise<void> {
    const rows = this.#files.objects.rowsOf(to);
    for (const side of ["source", "copy"] as const) {
      const file = pair[side];
      if (!file || rows === undefined || this.#reason !== undefined || this.#problems.all.length > 0) continue;
      if (!this.#files.objects.markOnce(to, marks[side])) continue;
      try {
        await this.#sides[side].add(file, rows);
      } catch (error) {
        if (!(error instanceof NotCounted || error instanceof CopyProblem)) throw error;
        this.giveUp(error.message);
      }
    }
  }

  /** Returns the rows that a query returns, once every live file was added; notes where the copy returns others. */
  result(): { rows?: number; rowsNotCounted?: string } {
    if (this.#reason !== undefined) return { rowsNotCounted: this.#reason };
    const { source, copy } = this.#sides;
    if (source.total !== copy.total)
      this.#problems.add(`The copy returns ${copy.total} rows, the table ${source.total}.`);
    return { rows: source.total };
  }
}
