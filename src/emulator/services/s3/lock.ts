import { dayMs } from "../../world/clock.ts";
import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Bucket } from "../../world/world.ts";
import type { Lock } from "./object-store.ts";

type Input = Pick<
  S3.PutObjectCommandInput,
  "ObjectLockMode" | "ObjectLockRetainUntilDate" | "ObjectLockLegalHoldStatus"
>;

/**
 * Returns how long a new object is kept: as the request says, else by the bucket's default.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function lockOf(
  { ObjectLockMode: mode, ObjectLockRetainUntilDate: retainUntil, ObjectLockLegalHoldStatus: legalHold }: Input,
  { world }: Context,
  bucket: Bucket | undefined,
): Lock | undefined {
  const asked = mode ?? retainUntil ?? legalHold;
  if (bucket?.lock === undefined) {
    if (asked === undefined) return undefined;
    throw new ServiceError("InvalidRequest", "Bucket is missing Object Lock Configuration");
  }
  const now = world.clock.now();
  if ((mode === undefined) !== (retainUntil === undefined)) {
    throw new ServiceError(
      "InvalidArgument",
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
    );
  }
  if (retainUntil !== undefined && retainUntil <= now) {
    throw new ServiceError("InvalidArgument", "The retain until date must be in the future!");
  }
  const { days } = bucket.lock;
  if (mode !== undefined || days === undefined) return { mode, retainUntil, legalHold };
  return { mode: defaultMode(bucket.lock), retainUntil: new Date(now.getTime() + days * dayMs), legalHold };
}

/** Returns the mode of a bucket's default retention: one that nobody may bypass is COMPLIANCE. */
export function defaultMode({ account }: NonNullable<Bucket["lock"]>): S3.ObjectLockRetentionMode {
  return account === undefined ? "COMPLIANCE" : "GOVERNANCE";
}

/** Refuses to lock an object whose bytes nothing in the request vouches for. */
export function checkHasDigest({ request }: Context, bucket: Bucket | undefined, lock: Lock | undefined): void {
  if (lock === undefined || bucket?.lock === undefined) return;
  const names = Object.keys(request.headers);
  if (names.some((name) => name === "content-md5" || name === "x-amz-trailer" || checksumHeader.test(name))) return;
  throw new ServiceError("InvalidRequest", missingDigestMessage);
}

/** What S3 says of a write to a bucket with Object Lock that has no digest. */
export const missingDigestMessage =
  "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters";

const checksumHeader = /^x-amz-checksum-(?!algorithm|type)/;

/** Returns the members with which answers tell an object's lock. */
export function lockMembers(lock: Lock | undefined): Input {
  return {
    ObjectLockMode: lock?.mode,
    ObjectLockRetainUntilDate: lock?.retainUntil,
    ObjectLockLegalHoldStatus: lock?.legalHold,
  };
}
