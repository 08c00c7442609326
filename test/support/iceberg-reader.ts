import { icebergRead } from "icebird";
import { servedBy } from "./icebird.ts";

/**
 * The rows of a table as text, sorted, read by icebird from what `objectAt` holds. Snapshot ids come rounded to doubles
 * from it, equally everywhere.
 */
export async function rowsOf(
  objectAt: (uri: string) => Buffer | undefined,
  metadataLocation: string,
  snapshotId?: bigint,
): Promise<string[]> {
  const metadata = JSON.parse(objectAt(metadataLocation)!.toString());
  if (snapshotId !== undefined) metadata["current-snapshot-id"] = Number(snapshotId);
  const read = async (uri: string, range = "") => {
    const [, start, end] = /bytes=(\d+)-(\d*)/.exec(range) ?? [];
    return objectAt(uri)?.subarray(Number(start ?? 0), end ? Number(end) + 1 : undefined);
  };
  const rows = await servedBy(read, () => icebergRead({ tableUrl: metadata.location, metadata }));
  return rows.map((row) => `${row.id} ${row.name} ${(row.day as Date).toISOString().slice(0, 10)}`).toSorted();
}
