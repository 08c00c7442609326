import { gunzip } from "./decompress.ts";
import { ExactNumber, readExactJson } from "./exact-json.ts";
import type { ExactJson, ExactObject } from "./exact-json.ts";
import type { Places } from "./layout.ts";

/** A snapshot as table metadata has it. */
export interface SnapshotMembers {
  id: bigint;
  /** Absent where format version 1 lists the manifests in the metadata itself. */
  manifestList?: string;
  manifests: string[];
}

/** The snapshots that a copy holds, or the id of the one that it was made the current of. */
export type Kept = "all" | "current" | bigint;

/** Reads a table metadata file, every member as it is written: https://iceberg.apache.org/spec/#table-metadata. */
export function readTableMetadata(bytes: Uint8Array): ExactObject {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const document = readExactJson(new TextDecoder("utf-8", { fatal: true }).decode(isZipped ? gunzip(bytes) : bytes));
  if (!(document instanceof Map)) throw new Error("it is no table metadata");
  if (typeof document.get("location") !== "string") throw new Error("it has no location");
  return document;
}

/**
 * Returns the metadata that a copy of these snapshots must have: member by member the source's, at other paths, without the log of earlier
 * files and without the statistics that are left out.
 */
export function expectedMetadata(
  source: ExactObject,
  location: string,
  moved: Places,
  history: Kept,
  leftOut: ReadonlySet<string> = new Set(),
): ExactObject {
  const isKept = keeps(source, history);
  const wanted: ExactObject = new Map(source).set("location", location).set("metadata-log", []);
  const keep = (member: string) => {
    if (source.get(member)) wanted.set(member, objectsIn(source, member).filter(isKept));
  };
  const snapshots = source.get("snapshots") ? objectsIn(source, "snapshots").filter(isKept) : undefined;
  if (snapshots)
    wanted.set(
      "snapshots",
      snapshots.map((snapshot) => movedSnapshot(snapshot, moved)),
    );
  for (const member of statisticsMembers) {
    if (!source.get(member)) continue;
    const kept = objectsIn(source, member).filter((file) => isKept(file) && !leftOut.has(textIn(file, statisticsPath)));
    wanted.set(
      member,
      kept.map((file) => withMoved(file, statisticsPath, moved)),
    );
  }
  keep("snapshot-log");
  const refs = source.get("refs");
  if (refs instanceof Map) {
    wanted.set("refs", new Map([...refs].filter(([, ref]) => ref instanceof Map && isKept(ref))));
  }
  if (typeof history === "bigint" && history !== currentSnapshotOf(source)) makeCurrent(wanted, history);
  const properties = source.get("properties");
  if (properties instanceof Map) wanted.set("properties", movedProperties(properties, moved));
  return wanted;
}

/** The snapshots that metadata names, in their order. */
function snapshotsIn(metadata: ExactObject): SnapshotMembers[] {
  return objectsIn(metadata, "snapshots").map((snapshot) => {
    const manifestList = snapshot.get("manifest-list");
    const manifests = snapshot.get("manifests") ?? [];
    const isInline = Array.isArray(manifests) && manifests.every((path) => typeof path === "string");
    if (!isInline || (typeof manifestList !== "string" && !snapshot.has("manifests"))) {
      throw new Error("it has a snapshot without a manifest list");
    }
    return {
      id: snapshotIdOf(snapshot),
      ...(typeof manifestList === "string" ? { manifestList, manifests: [] } : { manifests }),
    };
  });
}

/** Returns the snapshots that are kept. */
export function keptSnapshots(metadata: ExactObject, history: Kept): SnapshotMembers[] {
  const kept = history === "current" ? currentSnapshotOf(metadata) : history;
  return snapshotsIn(metadata).filter(({ id }) => kept === "all" || id === kept);
}

/** Whether what belongs to a snapshot is kept. */
function keeps(metadata: ExactObject, history: Kept): (owner: ExactObject) => boolean {
  const kept = history === "current" ? currentSnapshotOf(metadata) : history;
  return (owner) => kept === "all" || snapshotIdOf(owner) === kept;
}

/** Returns the paths and the sizes in bytes of the statistics files of the kept snapshots. */
export function statisticsIn(metadata: ExactObject, history: Kept): { path: string; size: bigint }[] {
  return statisticsMembers.flatMap((member) =>
    objectsIn(metadata, member)
      .filter(keeps(metadata, history))
      .map((file) => {
        const size = file.get("file-size-in-bytes");
        if (!(size instanceof ExactNumber)) throw new Error("it has statistics without a size");
        return { path: textIn(file, statisticsPath), size: size.integer() ?? -1n };
      }),
  );
}

const statisticsMembers = ["statistics", "partition-statistics"];
const statisticsPath = "statistics-path";

/** Returns the id of the current snapshot; `undefined` for a table that has none. */
export function currentSnapshotOf(metadata: ExactObject): bigint | undefined {
  const id = metadata.get("current-snapshot-id");
  const number = id instanceof ExactNumber ? id.integer() : undefined;
  return number === -1n ? undefined : number;
}

/** Returns the ids of the partition specs that divide nothing. */
export function unpartitionedSpecsIn(metadata: ExactObject): Set<bigint> {
  const specs = objectsIn(metadata, "partition-specs").filter((spec) => {
    const fields = spec.get("fields");
    return Array.isArray(fields) && fields.length === 0;
  });
  return new Set(specs.map((spec) => (spec.get("spec-id") as ExactNumber).integer()!));
}

/** Returns the paths that properties set for future writes. */
export function pathPropertiesIn(metadata: ExactObject): string[] {
  const properties = metadata.get("properties");
  if (!(properties instanceof Map)) return [];
  return pathProperties.flatMap((name) => {
    const path = properties.get(name);
    return typeof path === "string" && path !== "" ? [path] : [];
  });
}

const pathProperties = ["data", "metadata", "object-storage", "folder-storage"].map((kind) => `write.${kind}.path`);

function movedProperties(properties: ExactObject, moved: Places): ExactObject {
  const wanted = new Map(properties);
  for (const name of pathProperties) {
    const path = properties.get(name);
    if (typeof path === "string" && path !== "") wanted.set(name, moved.of(path));
  }
  return wanted;
}

function movedSnapshot(snapshot: ExactObject, moved: Places): ExactObject {
  const inline = snapshot.get("manifests");
  if (snapshot.has("manifest-list") || !Array.isArray(inline)) return withMoved(snapshot, "manifest-list", moved);
  return new Map(snapshot).set(
    "manifests",
    inline.map((path) => moved.of(String(path))),
  );
}

/** As after a rollback to a snapshot whose table has no other. */
function makeCurrent(metadata: ExactObject, id: bigint): void {
  const written = new ExactNumber(String(id));
  metadata.set("current-snapshot-id", written);
  if (!metadata.has("refs")) return;
  const others = [...(metadata.get("refs") as ExactObject)].filter(([name]) => name !== "main");
  const main: ExactObject = new Map<string, ExactJson>([
    ["snapshot-id", written],
    ["type", "branch"],
  ]);
  metadata.set("refs", new Map<string, ExactJson>([...others, ["main", main]]));
}

function withMoved(owner: ExactObject, member: string, moved: Places): ExactObject {
  return new Map(owner).set(member, moved.of(textIn(owner, member)));
}

function textIn(owner: ExactObject, member: string): string {
  const text = owner.get(member);
  if (typeof text !== "string") throw new Error(`it has an entry without ${member}`);
  return text;
}

function snapshotIdOf(owner: ExactObject): bigint {
  const id = owner.get("snapshot-id");
  const number = id instanceof ExactNumber ? id.integer() : undefined;
  if (number === undefined) throw new Error("it has an entry without a snapshot id");
  return number;
}

function objectsIn(metadata: ExactObject, member: string): ExactObject[] {
  const list: ExactJson = metadata.get(member) ?? [];
  if (!Array.isArray(list) || !list.every((each) => each instanceof Map)) throw new Error(`its ${member} are no list`);
  return list;
}
