import { createHash } from "node:crypto";
import { manifestBytes, manifestListBytes } from "./manifest-files.ts";
import { metadataJson } from "./metadata-json.ts";
import type { Commit, Entry, Manifest, NewFile, Snapshot, TableState } from "./table-state.ts";

/** What one commit changes: files that come, files that go, by path. */
export interface Change {
  operation: Snapshot["operation"];
  at: number;
  added: readonly Entry["file"][];
  removed: ReadonlySet<string>;
  written: readonly NewFile[];
}

/** Previous metadata files a table keeps, Iceberg's `write.metadata.previous-versions-max`. */
const metadataLogLength = 100;

/** Writes a new snapshot: manifests for what it adds, rewritten manifests for what it removes from, a list, metadata.json. */
export function commit(table: TableState, change: Change): Commit {
  const sequence = table.lastSequence + 1;
  const id = snapshotId(table, sequence);
  const written: NewFile[] = [...change.written];
  const write = (content: Manifest["content"], entries: Entry[]): Manifest => {
    const name = fileId(table, `manifest ${sequence} ${written.length}`);
    const path = `${table.location}/metadata/${name}-m${written.length}.avro`;
    const bytes = manifestBytes({ content, entries }, table.partitioning, syncMarker(path));
    written.push({ location: path, bytes });
    return { path, length: bytes.length, content, sequence, addedSnapshot: id, entries };
  };
  const manifests = [
    ...(["data", "deletes"] as const).flatMap((content) => {
      const files = change.added.filter((file) => (content === "deletes") === Boolean(file.deletesFrom));
      const entries = files.map((file): Entry => ({ status: "added", snapshot: id, sequence, file }));
      return entries.length ? [write(content, entries)] : [];
    }),
    ...table.manifests.flatMap((manifest) => {
      // A manifest with nothing alive in it is dropped from the next list; its deleted entries have been told once.
      const live = manifest.entries.filter((entry) => entry.status !== "deleted");
      if (!live.length) return [];
      if (!live.some((entry) => change.removed.has(entry.file.path))) return [manifest];
      return [
        write(
          manifest.content,
          live.map((entry) =>
            change.removed.has(entry.file.path)
              ? { ...entry, status: "deleted", snapshot: id }
              : { ...entry, status: "existing" },
          ),
        ),
      ];
    }),
  ];
  const manifestList = `${table.location}/metadata/snap-${id}-1-${fileId(table, `list ${sequence}`)}.avro`;
  const parent = table.snapshots.at(-1)?.id;
  const summary = summaryOf(manifests, change);
  const snapshot: Snapshot = {
    id,
    parent,
    sequence,
    at: change.at,
    operation: change.operation,
    manifestList,
    summary,
    manifests,
  };
  written.push({
    location: manifestList,
    bytes: manifestListBytes(snapshot, table.partitioning, syncMarker(manifestList)),
  });
  return publish(
    { ...table, lastSequence: sequence, manifests, snapshots: [...table.snapshots, snapshot] },
    change.at,
    written,
    [],
  );
}

/** Writes the next metadata.json of a table whose other files are given. */
export function publish(table: TableState, at: number, written: readonly NewFile[], orphaned: string[]): Commit {
  const version = table.version + 1;
  const metadataLocation = `${table.location}/metadata/${String(version).padStart(5, "0")}-${fileId(table, `metadata ${version}`)}.metadata.json`;
  const metadataLog = table.metadataLocation
    ? [...table.metadataLog, { file: table.metadataLocation, at: table.updatedAt }].slice(-metadataLogLength)
    : [];
  const next: TableState = { ...table, version, updatedAt: at, metadataLocation, metadataLog };
  return { table: next, written: [...written, { location: metadataLocation, bytes: metadataJson(next) }], orphaned };
}

/** Returns a UUID that depends on the table and the purpose only, so that the same history gives the same files. */
export function fileId(table: Pick<TableState, "uuid">, purpose: string): string {
  const hex = createHash("sha256").update(`${table.uuid} ${purpose}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Returns a 63-bit number with its upper bit set: real ids are random, and almost always beyond what a double can hold. */
function snapshotId(table: TableState, sequence: number): bigint {
  const digest = createHash("sha256").update(`${table.uuid} snapshot ${sequence}`).digest();
  return (digest.readBigUInt64BE() & 0x3fff_ffff_ffff_ffffn) | 0x4000_0000_0000_0000n;
}

function syncMarker(path: string): Buffer {
  return createHash("md5").update(path).digest();
}

function summaryOf(manifests: readonly Manifest[], change: Change): Record<string, string> {
  const live = manifests.flatMap((manifest) => manifest.entries.filter((entry) => entry.status !== "deleted"));
  const files = live.map((entry) => entry.file);
  const data = files.filter((file) => !file.deletesFrom);
  const deletes = files.filter((file) => file.deletesFrom);
  const records = (some: readonly { records: number }[]) => String(some.reduce((sum, file) => sum + file.records, 0));
  const added = change.added.filter((file) => !file.deletesFrom);
  return {
    ...(added.length ? { "added-data-files": String(added.length), "added-records": records(added) } : {}),
    ...(change.removed.size ? { "deleted-data-files": String(change.removed.size) } : {}),
    "total-records": records(data),
    "total-data-files": String(data.length),
    "total-delete-files": String(deletes.length),
    "total-position-deletes": records(deletes),
    "total-equality-deletes": "0",
    "total-files-size": String(files.reduce((sum, file) => sum + file.size, 0)),
  };
}
