import type { Bucket, Slice, World } from "../../world/world.ts";
import type { Body } from "./body.ts";
import type { Algorithm, Checksum } from "../../protocol/checksums.ts";
import type {
  ChecksumType,
  ObjectLockLegalHoldStatus,
  ObjectLockMode,
  ServerSideEncryption,
  StorageClass,
} from "@aws-sdk/client-s3";

/** An object as it was put: S3 replaces objects whole and never changes one. */
export interface StoredObject {
  key: string;
  body: Body;
  etag: string;
  modified: Date;
  checksum: Checksum | undefined;
  headers: StandardHeaders;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  /** Sizes of the parts it was uploaded in, where it was a multipart upload. */
  partSizes?: number[];
  /** Absent in a bucket that never had versioning. */
  versionId?: string;
  lock?: Lock | undefined;
}

/** What hides an object in a bucket with versioning. */
export interface DeleteMarker {
  key: string;
  versionId: string;
  modified: Date;
  deleted: true;
}

/** What keeps a version from being deleted. */
export interface Lock {
  mode?: ObjectLockMode | undefined;
  retainUntil?: Date | undefined;
  legalHold?: ObjectLockLegalHoldStatus | undefined;
}

/** Headers that S3 keeps and gives back. */
export interface StandardHeaders {
  ContentType?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  ContentDisposition?: string;
  CacheControl?: string;
  Expires?: Date;
  ServerSideEncryption?: ServerSideEncryption;
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
  /** Absent for STANDARD, which S3 does not tell. */
  StorageClass?: StorageClass;
}

/** An upload in parts that is under way. */
export interface Upload {
  id: string;
  key: string;
  initiated: Date;
  /** What was asked for; S3 computes CRC64NVME where nothing was. */
  algorithm: Algorithm | undefined;
  type: ChecksumType;
  parts: Map<number, Part>;
  template: Template;
}

/** What a request says of an object besides its bytes. */
export type Template = Pick<StoredObject, "headers" | "metadata" | "tags" | "lock">;

/** An uploaded part. */
export interface Part {
  body: Body;
  etag: string;
  checksum: Checksum;
  modified: Date;
}

/** What a bucket, or the warehouse of a table, holds. */
export interface Contents {
  objects: Map<string, StoredObject>;
  uploads: Map<string, Upload>;
  /** Every version of each key, oldest first, in a bucket that has versioning; the last is the current one or hides it. */
  versions: Map<string, Array<StoredObject | DeleteMarker>>;
}

/** A bucket's or warehouse's contents, and the settings of the bucket; a table's warehouse has none. */
export interface OpenBucket extends Contents {
  bucket: Bucket | undefined;
}

const contents: Slice<Map<string, Contents>> = { name: "s3", initial: () => new Map() };

/** Returns the contents of a bucket or warehouse by its name; empty until something is put. */
export function contentsOf(world: World, bucket: string): Contents {
  const all = world.global(contents);
  const known = all.get(bucket);
  if (known) return known;
  const fresh: Contents = { objects: new Map(), uploads: new Map(), versions: new Map() };
  all.set(bucket, fresh);
  return fresh;
}

/** Forgets a bucket's or warehouse's contents. */
export function dropContents(world: World, bucket: string): void {
  world.global(contents).delete(bucket);
}
