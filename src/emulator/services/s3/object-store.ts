import type { Slice, World } from "../../service.ts";
import type { Body } from "./body.ts";
import type { Algorithm, Checksum } from "./checksums.ts";
import type { ChecksumType, ServerSideEncryption, StorageClass } from "@aws-sdk/client-s3";

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
  WebsiteRedirectLocation?: string;
}

export interface Upload {
  id: string;
  key: string;
  initiated: Date;
  /** What was asked for; S3 computes CRC64NVME where nothing was. */
  algorithm: Algorithm | undefined;
  type: ChecksumType;
  parts: Map<number, Part>;
  template: Pick<StoredObject, "headers" | "metadata" | "tags">;
}

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
}

const contents: Slice<Map<string, Contents>> = { name: "s3", initial: () => new Map() };

/** The contents of a bucket or warehouse by its name; empty until something is put. */
export function contentsOf(world: World, bucket: string): Contents {
  const all = world.global(contents);
  const known = all.get(bucket);
  if (known) return known;
  const fresh: Contents = { objects: new Map(), uploads: new Map() };
  all.set(bucket, fresh);
  return fresh;
}

/** Forgets a bucket's or warehouse's contents. */
export function dropContents(world: World, bucket: string): void {
  world.global(contents).delete(bucket);
}
