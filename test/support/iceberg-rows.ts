import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { icebergManifests, icebergRead } from "icebird";
import { servedBy } from "./icebird.ts";

export interface Snapshot {
  id: string;
  rows: string[];
}

/**
 * Every snapshot of an Iceberg table with all its rows, read by icebird, which shares no code with this project.
 * Rows are canonical JSON, sorted, so that two tables can be compared.
 */
export async function snapshotRows(s3: S3Client, metadataLocation: string): Promise<Snapshot[]> {
  const text = await getObject(s3, metadataLocation);
  const metadata = JSON.parse(quoteLongNumbers(Buffer.from(text).toString()));
  return servedBy(
    (uri, range) => getObject(s3, uri, range),
    async () => {
      const found: Snapshot[] = [];
      for (const snapshot of metadata.snapshots ?? []) {
        const at = { ...metadata, "current-snapshot-id": snapshot["snapshot-id"] };
        const empty = (await icebergManifests(at)).length === 0;
        const rows = empty ? [] : await icebergRead({ tableUrl: metadata.location, metadata: at });
        found.push({ id: String(snapshot["snapshot-id"]), rows: rows.map(canonical).toSorted() });
      }
      return found;
    },
  );
}

export async function getObject(s3: S3Client, uri: string, range?: string): Promise<Uint8Array> {
  const { bucket, key } = /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.*)$/.exec(uri)!.groups!;
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
  return answer.Body!.transformToByteArray();
}

/** Snapshot ids pass 2^53, where JSON.parse would round them. */
function quoteLongNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

function canonical(row: Record<string, unknown>): string {
  return JSON.stringify(row, (_, value) => {
    if (typeof value === "bigint") return String(value);
    if (value && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date)) {
      return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }
    return value;
  });
}
