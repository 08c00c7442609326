import { dayMs } from "../../world/clock.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Bucket, World } from "../../world/world.ts";
import { accessDenied } from "./access.ts";
import type { Contents, DeleteMarker, OpenBucket, StoredObject } from "./object-store.ts";

/** What a deletion did, as its answer tells it. */
export interface Deletion {
  VersionId?: string;
  DeleteMarker?: boolean;
}

/** Makes an object the current one under its key. A bucket with versioning keeps those before it. */
export function putVersion({ world }: Context, { bucket, objects, versions }: OpenBucket, object: StoredObject): void {
  if (bucket?.versioning !== undefined) {
    object.versionId = bucket.versioning === "Enabled" ? world.ids.text(32) : "null";
    addVersion(versions, object);
  }
  objects.set(object.key, object);
}

/** Returns a version of an object. Throws where the bucket has none of that id, or it is a delete marker. */
export function versionOf(
  { bucket, objects, versions }: OpenBucket,
  key: string,
  id: string,
): StoredObject | undefined {
  if (bucket?.versioning === undefined) {
    if (id === "null") return objects.get(key);
    throw invalidVersion(id);
  }
  const version = versions.get(key)?.find(({ versionId }) => versionId === id);
  if (version === undefined) throw absentVersionError(key, id);
  if (!("deleted" in version)) return version;
  throw new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    headers: { "x-amz-delete-marker": "true", "x-amz-version-id": id },
  });
}

/** Deletes the current object: for good, or in a bucket with versioning by a marker that hides it. */
export function deleteCurrent(world: World, { bucket, objects, versions }: OpenBucket, key: string): Deletion {
  objects.delete(key);
  if (bucket?.versioning === undefined) return {};
  const versionId = bucket.versioning === "Enabled" ? world.ids.text(32) : "null";
  addVersion(versions, { key, versionId, modified: world.clock.now(), deleted: true });
  return { VersionId: versionId, DeleteMarker: true };
}

/** Deletes one version for good, unless it is locked; what came before it is the current one again. */
export function deleteVersion(context: Context, open: OpenBucket, key: string, id: string): Deletion {
  const { bucket, objects, versions } = open;
  if (bucket?.versioning === undefined) {
    if (id !== "null") throw invalidVersion(id);
    objects.delete(key);
    return { VersionId: id };
  }
  const all = versions.get(key) ?? [];
  const version = all.find(({ versionId }) => versionId === id);
  if (version === undefined) return { VersionId: id };
  if (!("deleted" in version) && isLocked(context, bucket, version)) {
    throw accessDenied("Access Denied because object protected by object lock.");
  }
  setVersions(
    open,
    key,
    all.filter((each) => each !== version),
  );
  return { VersionId: id, ...("deleted" in version && { DeleteMarker: true }) };
}

/** Carries out a bucket's lifecycle, as far as the clock has come. */
export function expireObjects(world: World, bucket: Bucket, contents: Contents): void {
  const now = world.clock.now();
  for (const { prefix, days, noncurrentDays } of bucket.lifecycle ?? []) {
    const isOver = ({ key, modified }: StoredObject | DeleteMarker, limit: number | undefined) =>
      limit !== undefined && key.startsWith(prefix) && modified.getTime() + limit * dayMs <= now.getTime();
    for (const object of contents.objects.values()) {
      if (isOver(object, days)) deleteCurrent(world, { ...contents, bucket }, object.key);
    }
    for (const [key, all] of contents.versions) {
      const kept = all.filter(
        (version, index) =>
          index === all.length - 1 ||
          !isOver(all[index + 1] ?? version, noncurrentDays) ||
          (!("deleted" in version) && isRetained(version, now)),
      );
      if (kept.length < all.length) setVersions(contents, key, kept);
    }
  }
}

function isLocked({ world, account, request }: Context, bucket: Bucket, version: StoredObject): boolean {
  if (!isRetained(version, world.clock.now())) return false;
  const mayBypass = version.lock?.legalHold !== "ON" && version.lock?.mode === "GOVERNANCE";
  const bypasses = request.headers["x-amz-bypass-governance-retention"] === "true";
  return !(mayBypass && bypasses && (bucket.lock?.account ?? bucket.account) === account);
}

function isRetained({ lock }: StoredObject, now: Date): boolean {
  return lock?.legalHold === "ON" || (lock?.retainUntil !== undefined && lock.retainUntil > now);
}

/** There is one version of id `null` at most. */
function addVersion(versions: Contents["versions"], version: StoredObject | DeleteMarker): void {
  const others = (versions.get(version.key) ?? []).filter(
    ({ versionId }) => versionId !== "null" || version.versionId !== "null",
  );
  versions.set(version.key, [...others, version]);
}

function setVersions({ objects, versions }: Contents, key: string, all: Array<StoredObject | DeleteMarker>): void {
  const last = all.at(-1);
  if (last === undefined) versions.delete(key);
  else versions.set(key, all);
  if (last === undefined || "deleted" in last) objects.delete(key);
  else objects.set(key, last);
}

function invalidVersion(id: string): ServiceError {
  return new ServiceError("InvalidArgument", "Invalid version id specified", {
    members: { ArgumentName: "versionId", ArgumentValue: id },
  });
}

function absentVersionError(key: string, id: string): ServiceError {
  return new ServiceError("NoSuchVersion", "The specified version does not exist.", {
    status: 404,
    members: { Key: key, VersionId: id },
  });
}
