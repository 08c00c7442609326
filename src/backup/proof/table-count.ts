import type { ObjectStore } from "../object-store.ts";
import type { FilesRead } from "./file-comparison.ts";
import { countLiveRows } from "./live-rows.ts";
import type { ReadKeys } from "./live-rows.ts";
import type { Problems } from "./problems.ts";
import { bufferOf } from "./reading.ts";
import { keyFieldOf, NotCounted, readKeyCells } from "./row-counts.ts";
import { copySide, CopyProblem } from "./side.ts";
import type { ComparedTable } from "./table-comparison.ts";
import { unpartitionedSpecsIn } from "./table-metadata.ts";

/** Counts the live rows of the current snapshot on both sides, or says why they cannot be counted, which says nothing against the copy. */
export async function countTables(
  { metadata, moved, live }: ComparedTable,
  files: FilesRead,
  write: ObjectStore,
  problems: Problems,
): Promise<{ rows?: number; rowsNotCounted?: string }> {
  const reason = live.source.flatMap(({ path }) => files.uncounted.get(path) ?? [])[0];
  if (reason !== undefined) return { rowsNotCounted: reason };
  const side = copySide(write);
  // The bytes are equal, so the keys of both sides are read in the copy.
  const readKeys: ReadKeys = async (file, fieldIds) => {
    const uri = moved.of(file.path);
    const fields = fieldIds.map((id) => {
      const field = keyFieldOf(metadata, id);
      if (!field)
        throw new NotCounted(`${uri} cannot be counted: no schema has the column ${id} of its equality deletes.`);
      return field;
    });
    const read = async (start: number, end: number) => bufferOf(await side.bytes(uri, { start, end }));
    return side.parsed(uri, () => readKeyCells(file, fields, read));
  };
  const origins = new Map(live.source.map((file) => [moved.of(file.path), file.path]));
  const copied: ReadKeys = (file, ids) => readKeys({ ...file, path: origins.get(file.path) ?? file.path }, ids);
  const unpartitioned = unpartitionedSpecsIn(metadata);
  try {
    const rows = await countLiveRows(live.source, files.source, unpartitioned, readKeys);
    const rowsOfCopy = await countLiveRows(live.copy, files.copy, unpartitioned, copied);
    if (rows !== rowsOfCopy) problems.add(`The copy returns ${rowsOfCopy} rows, the table ${rows}.`);
    return { rows };
  } catch (error) {
    if (error instanceof NotCounted || error instanceof CopyProblem) return { rowsNotCounted: error.message };
    throw error;
  }
}
