import { icebergRead } from "icebird";

/** Reads bytes for the reader; `undefined` when nothing is there. */
export type Fetch = (uri: string) => Buffer | undefined;

/**
 * The rows of a table, by a reader that is not ours, as text and sorted. icebird reads over HTTP only, so its requests are
 * answered here. Snapshot ids come rounded to doubles from it, equally everywhere.
 */
export async function rowsOf(fetchObject: Fetch, metadataLocation: string, snapshotId?: bigint): Promise<string[]> {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const uri = `s3://${url.host.replace(".s3.amazonaws.com", "")}${decodeURI(url.pathname)}`;
    const body = fetchObject(uri);
    if (!body) return new Response(null, { status: 404 });
    const range = /bytes=(\d+)-(\d*)/.exec(new Headers(init?.headers).get("range") ?? "");
    const part = range ? body.subarray(Number(range[1]), range[2] ? Number(range[2]) + 1 : undefined) : body;
    return new Response(new Uint8Array(part), {
      status: range ? 206 : 200,
      headers: { "content-length": String(part.length) },
    });
  };
  try {
    const metadata = JSON.parse(fetchObject(metadataLocation)!.toString());
    if (snapshotId !== undefined) metadata["current-snapshot-id"] = Number(snapshotId);
    const rows = await icebergRead({ tableUrl: metadata.location, metadata });
    return rows.map((row) => `${row.id} ${row.name} ${(row.day as Date).toISOString().slice(0, 10)}`).toSorted();
  } finally {
    globalThis.fetch = original;
  }
}
