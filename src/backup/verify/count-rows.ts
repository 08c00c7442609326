import type { ObjectStore } from "../store/object-store.ts";
import { countTable } from "../proof/prove.ts";

/** Counts the rows that a query of a table's current snapshot returns, and the table's snapshots, by reading its files. */
export async function countRows(
  store: ObjectStore,
  metadataLocation: string,
): Promise<{ rows: number; snapshots: number }> {
  const { rows, rowsNotCounted, snapshots } = await countTable(store, metadataLocation);
  if (rows === undefined) throw new Error(`The rows of ${metadataLocation} cannot be counted: ${rowsNotCounted}`);
  return { rows, snapshots };
}
