import { gunzipSync } from "node:zlib";
import { largestOutputBytes } from "./limits.ts";
import { parseJson, printJson } from "./json.ts";
import type { Json } from "./json.ts";

/** A table metadata file: https://iceberg.apache.org/spec/#table-metadata. Every member is kept; these are the ones used. */
export interface TableMetadata {
  [member: string]: Json;
  location: string;
}

/** A snapshot of a table, and where its manifests are named: https://iceberg.apache.org/spec/#snapshots. */
export interface Snapshot {
  id: bigint;
  /** Absent where format version 1 lists the manifests in the metadata itself. */
  manifestList?: string;
  /** The manifests that are listed in the metadata itself. */
  manifests: string[];
}

/** Which snapshots a backup keeps: all that the metadata names, or the current one. */
export type History = "all" | "current";

/** Which snapshots a copy holds; an id makes that one the current. */
export type Kept = History | bigint;

/**
 * Reads a table metadata file, compressed with gzip or not.
 * @throws for a format version other than 1 to 3, and for metadata without a location
 */
export function readMetadata(bytes: Uint8Array): TableMetadata {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const metadata = parseJson(
    Buffer.from(zipped ? gunzipSync(bytes, { maxOutputLength: largestOutputBytes }) : bytes).toString(),
  ) as TableMetadata;
  const version = Number(metadata["format-version"]);
  if (!(version >= 1 && version <= 3)) {
    throw new Error(`its Iceberg format version is ${version}; versions 1 to 3 are supported`);
  }
  if (typeof metadata.location !== "string") throw new Error("it has no location");
  return metadata;
}

/** Returns the bytes of a metadata file, not compressed. */
export function writeMetadata(metadata: TableMetadata): Buffer {
  return Buffer.from(printJson(metadata));
}

/** Returns the id of the current snapshot; `undefined` for a table that has none. */
export function currentSnapshotId(metadata: TableMetadata): bigint | undefined {
  const id = metadata["current-snapshot-id"];
  return id === undefined || id === null || Number(id) === -1 ? undefined : idOf(id);
}

/** Returns the snapshots that are kept, in the order of the metadata. */
export function snapshotsOf(metadata: TableMetadata, history: Kept): Snapshot[] {
  return members(metadata, "snapshots")
    .filter(isKept(metadata, history))
    .map((snapshot) => {
      const id = idOf(snapshot["snapshot-id"]!);
      const manifestList = snapshot["manifest-list"];
      if (typeof manifestList === "string") return { id, manifestList, manifests: [] };
      if (!isTexts(snapshot.manifests)) throw new Error(`its snapshot ${id} names no manifests`);
      return { id, manifests: snapshot.manifests };
    });
}

/** Returns the files of statistics and of partition statistics of the kept snapshots, with their sizes in bytes. */
export function statisticsFiles(metadata: TableMetadata, history: Kept): { path: string; size: number }[] {
  return statisticsMembers
    .flatMap((member) => members(metadata, member))
    .filter(isKept(metadata, history))
    .map((file) => ({ path: file["statistics-path"] as string, size: Number(file["file-size-in-bytes"]) }));
}

/**
 * Returns the metadata of the same table at another location. Earlier metadata files do not come along, so their log is empty; neither do
 * the statistics that are left out.
 */
export function rewriteMetadata(
  metadata: TableMetadata,
  location: string,
  move: (uri: string) => string,
  history: Kept,
  leftOut: ReadonlySet<string> = new Set(),
): TableMetadata {
  const kept = isKept(metadata, history);
  const moved: TableMetadata = { ...metadata, location, "metadata-log": [] };
  const moveMember = (object: JsonObject, member: string) => ({ ...object, [member]: move(object[member] as string) });
  if (metadata.snapshots) {
    moved.snapshots = members(metadata, "snapshots")
      .filter(kept)
      .map((snapshot) =>
        typeof snapshot["manifest-list"] !== "string" && isTexts(snapshot.manifests)
          ? { ...snapshot, manifests: snapshot.manifests.map(move) }
          : moveMember(snapshot, "manifest-list"),
      );
  }
  for (const member of statisticsMembers) {
    if (!metadata[member]) continue;
    moved[member] = members(metadata, member)
      .filter((file) => kept(file) && !leftOut.has(file["statistics-path"] as string))
      .map((file) => moveMember(file, "statistics-path"));
  }
  if (metadata["snapshot-log"]) moved["snapshot-log"] = members(metadata, "snapshot-log").filter(kept);
  if (metadata.refs) {
    const refs = Object.entries(metadata.refs as Record<string, JsonObject>);
    moved.refs = Object.fromEntries(refs.filter(([, ref]) => kept(ref)));
  }
  if (metadata.properties) {
    const properties = { ...(metadata.properties as Record<string, string>) };
    for (const name of pathPropertyNames) if (properties[name]) properties[name] = move(properties[name]);
    moved.properties = properties;
  }
  if (typeof history === "bigint") makeCurrent(moved, history);
  return moved;
}

/** As after a rollback to a snapshot whose table has no other. */
function makeCurrent(metadata: TableMetadata, id: bigint): void {
  if (currentSnapshotId(metadata) === id) return;
  metadata["current-snapshot-id"] = id;
  if (metadata.refs) metadata.refs = { ...(metadata.refs as JsonObject), main: { "snapshot-id": id, type: "branch" } };
}

function isKept(metadata: TableMetadata, history: Kept): (owner: JsonObject) => boolean {
  const kept = history === "current" ? currentSnapshotId(metadata) : history;
  return (owner) => kept === "all" || idOf(owner["snapshot-id"]!) === kept;
}

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function members(metadata: TableMetadata, name: string): JsonObject[] {
  const list = metadata[name] ?? [];
  if (!Array.isArray(list)) throw new Error(`its ${name} are no list`);
  return list as JsonObject[];
}

function idOf(value: Json): bigint {
  return BigInt(value as number | bigint);
}

type JsonObject = { [key: string]: Json };

const statisticsMembers = ["statistics", "partition-statistics"];
const pathPropertyNames = [
  "write.data.path",
  "write.metadata.path",
  "write.object-storage.path",
  "write.folder-storage.path",
];
