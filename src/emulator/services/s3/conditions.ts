import { ServiceError } from "../../world/handler.ts";
import type { StoredObject } from "./object-store.ts";

/** What a request wants to be true of the object. */
export interface Conditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}

/** Checks RFC 9110's preconditions of a read; a precondition on the ETag makes the one on the date beside it void. */
export function checkRead(object: StoredObject, conditions: Conditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = Math.floor(object.modified.getTime() / 1000);
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object)) throw failed("If-Match");
  } else if (IfUnmodifiedSince !== undefined && modified > seconds(IfUnmodifiedSince)) {
    throw failed("If-Unmodified-Since");
  }
  const unchanged =
    IfNoneMatch === undefined
      ? IfModifiedSince !== undefined && modified <= seconds(IfModifiedSince)
      : matches(IfNoneMatch, object);
  if (unchanged) throw new ServiceError("NotModified", "Not Modified", { status: 304 });
}

/** Checks a write's conditions: `If-None-Match: *` wants nothing there, `If-Match` wants that very object. */
export function checkWrite(object: StoredObject | undefined, conditions: Conditions): void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") {
      throw new ServiceError("InvalidArgument", "If-None-Match expects * on a write", {
        members: { ArgumentName: "If-None-Match", ArgumentValue: IfNoneMatch },
      });
    }
    if (object) throw failed("If-None-Match");
  }
  if (IfMatch === undefined) return;
  if (!object) throw new ServiceError("NoSuchKey", "The specified key does not exist.", { status: 404 });
  if (!matches(IfMatch, object)) throw failed("If-Match");
}

function matches(condition: string, { etag }: StoredObject): boolean {
  return condition
    .split(",")
    .some((tag) => tag.trim() === "*" || tag.replace(/W\/|"|\s/g, "") === etag.replace(/"/g, ""));
}

function failed(condition: string): ServiceError {
  return new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    status: 412,
    members: { Condition: condition },
  });
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
