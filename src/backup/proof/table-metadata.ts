import { gunzip } from "./decompress.ts";
import { ExactNumber, readExactJson } from "./exact-json.ts";
import type { ExactJson, ExactObject } from "./exact-json.ts";
import type { MovedPaths } from "./layout.ts";

/** A snapshot as table metadata has it. */
export interface SnapshotMembers {
  id: bigint;
  manifestList: string;
}

/** A table metadata file, every member as it is written: https://iceberg.apache.org/spec/#table-metadata. */
export function readTableMetadata(bytes: Uint8Array): ExactObject {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const document = readExactJson(new TextDecoder("utf-8", { fatal: true }).decode(isZipped ? gunzip(bytes) : bytes));
  if (!(document instanceof Map)) throw new Error("it is no table metadata");
  if (typeof document.get("location") !== "string") throw new Error("it has no location");
  return document;
}

/** The metadata that a copy of these snapshots must have: member by member the source's, at other paths, without the log of earlier files. */
export function expectedMetadata(
  source: ExactObject,
  location: string,
  moved: MovedPaths,
  history: "all" | "current",
): ExactObject {
  const current = currentSnapshotOf(source);
  const isKept = (owner: ExactObject) => history === "all" || snapshotIdOf(owner) === current;
  const wanted: ExactObject = new Map(source).set("location", location).set("metadata-log", []);
  const keep = (member: string, path?: string) => {
    if (!source.get(member)) return;
    const kept = objectsIn(source, member).filter(isKept);
    wanted.set(member, path === undefined ? kept : kept.map((owner) => withMoved(owner, path, moved)));
  };
  keep("snapshots", "manifest-list");
  keep("statistics", "statistics-path");
  keep("partition-statistics", "statistics-path");
  keep("snapshot-log");
  const refs = source.get("refs");
  if (refs instanceof Map) {
    wanted.set("refs", new Map([...refs].filter(([, ref]) => ref instanceof Map && isKept(ref))));
  }
  const properties = source.get("properties");
  if (properties instanceof Map) wanted.set("properties", movedProperties(properties, moved));
  return wanted;
}

/** The snapshots that metadata names, in their order. */
export function snapshotsIn(metadata: ExactObject): SnapshotMembers[] {
  return objectsIn(metadata, "snapshots").map((snapshot) => {
    const manifestList = snapshot.get("manifest-list");
    if (typeof manifestList !== "string") throw new Error("it has a snapshot without a manifest list");
    return { id: snapshotIdOf(snapshot), manifestList };
  });
}

/** Paths and sizes of the statistics files of the kept snapshots. */
export function statisticsIn(metadata: ExactObject, history: "all" | "current"): { path: string; size: bigint }[] {
  const current = currentSnapshotOf(metadata);
  const isKept = (owner: ExactObject) => history === "all" || snapshotIdOf(owner) === current;
  return ["statistics", "partition-statistics"].flatMap((member) =>
    objectsIn(metadata, member)
      .filter(isKept)
      .map((file) => {
        const path = file.get("statistics-path");
        const size = file.get("file-size-in-bytes");
        if (typeof path !== "string" || !(size instanceof ExactNumber))
          throw new Error("it has statistics without a path");
        return { path, size: size.integer() ?? -1n };
      }),
  );
}

/** `undefined` for a table that has none. */
export function currentSnapshotOf(metadata: ExactObject): bigint | undefined {
  const id = metadata.get("current-snapshot-id");
  const number = id instanceof ExactNumber ? id.integer() : undefined;
  return number === -1n ? undefined : number;
}

/** Ids of the partition specs that divide nothing. */
export function unpartitionedSpecsIn(metadata: ExactObject): Set<bigint> {
  const specs = objectsIn(metadata, "partition-specs").filter((spec) => {
    const fields = spec.get("fields");
    return Array.isArray(fields) && fields.length === 0;
  });
  return new Set(specs.map((spec) => (spec.get("spec-id") as ExactNumber).integer()!));
}

function movedProperties(properties: ExactObject, moved: MovedPaths): ExactObject {
  const wanted = new Map(properties);
  for (const kind of ["data", "metadata", "object-storage", "folder-storage"]) {
    const path = properties.get(`write.${kind}.path`);
    if (typeof path === "string" && path !== "") wanted.set(`write.${kind}.path`, moved.of(path));
  }
  return wanted;
}

function withMoved(owner: ExactObject, member: string, moved: MovedPaths): ExactObject {
  const path = owner.get(member);
  if (typeof path !== "string") throw new Error(`it has an entry without ${member}`);
  return new Map(owner).set(member, moved.of(path));
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
