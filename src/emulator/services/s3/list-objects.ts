import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { canonicalId } from "./buckets.ts";
import type { StoredObject } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";

const largestPage = 1000;

/** Lists objects in the order of their keys' bytes, paged by a token. */
export function ListObjectsV2(
  input: S3.ListObjectsV2CommandInput,
  context: Context,
): Partial<S3.ListObjectsV2CommandOutput> {
  const { objects } = openBucket(context, input.Bucket);
  const after = input.ContinuationToken === undefined ? (input.StartAfter ?? "") : tokenKey(input.ContinuationToken);
  const page = list(objects.values(), { ...input, after });
  const encode = encoder(input.EncodingType);
  const Owner = input.FetchOwner ? { ID: canonicalId(context.account) } : undefined;
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    Delimiter: input.Delimiter === undefined ? undefined : encode(input.Delimiter),
    StartAfter: input.StartAfter === undefined ? undefined : encode(input.StartAfter),
    EncodingType: input.EncodingType,
    MaxKeys: page.limit,
    KeyCount: page.contents.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString("base64url"),
    Contents: page.contents.map((object) => ({ ...entry(object, encode), Owner })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

/** Lists objects as the first version of the operation did, paged by a marker. */
export function ListObjects(input: S3.ListObjectsCommandInput, context: Context): Partial<S3.ListObjectsCommandOutput> {
  const { objects } = openBucket(context, input.Bucket);
  const page = list(objects.values(), { ...input, after: input.Marker ?? "" });
  const encode = encoder(input.EncodingType);
  const Owner = { ID: canonicalId(context.account) };
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    Marker: encode(input.Marker ?? ""),
    Delimiter: input.Delimiter === undefined ? undefined : encode(input.Delimiter),
    EncodingType: input.EncodingType,
    MaxKeys: page.limit,
    IsTruncated: page.next !== undefined,
    // S3 tells the next marker only where a delimiter makes it differ from the last key.
    NextMarker: input.Delimiter === undefined || page.next === undefined ? undefined : encode(page.next),
    Contents: page.contents.map((object) => ({ ...entry(object, encode), Owner })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

interface Query {
  Prefix?: string | undefined;
  Delimiter?: string | undefined;
  MaxKeys?: number | undefined;
  after: string;
}

/**
 * Returns one page of keys in the order of their bytes; keys that share a prefix up to the delimiter count as one. A page begins
 * with the first item that follows the marker `after`.
 */
export function list<T extends { key: string }>(
  items: Iterable<T>,
  { Prefix = "", Delimiter, MaxKeys, after }: Query,
  follows: (item: T) => boolean = ({ key }) => byBytes(key, after) > 0,
) {
  const limit = pageSize(MaxKeys, "maxKeys");
  const contents: T[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  const matching = [...items].filter((item) => item.key.startsWith(Prefix) && follows(item));
  for (const item of matching.toSorted((a, b) => byBytes(a.key, b.key))) {
    const end = Delimiter ? item.key.indexOf(Delimiter, Prefix.length) : -1;
    const common = end < 0 ? undefined : item.key.slice(0, end + (Delimiter ?? "").length);
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue;
    if (contents.length + prefixes.length >= limit) return { contents, prefixes, limit, next: last };
    if (common === undefined) contents.push(item);
    else prefixes.push(common);
    last = common ?? item.key;
  }
  return { contents, prefixes, limit, next: undefined };
}

const largestInteger = 2_147_483_647;

/** Returns how much a page holds at most: what the request asks for, and never more than a thousand. */
export function pageSize(asked: number | undefined, argument: string): number {
  if (asked !== undefined && (asked < 0 || asked > largestInteger)) {
    throw new ServiceError("InvalidArgument", `Argument ${argument} must be an integer between 0 and 2147483647`, {
      members: { ArgumentName: argument, ArgumentValue: asked },
    });
  }
  return Math.min(asked ?? largestPage, largestPage);
}

/** Compares keys by their bytes in UTF-8. */
export function byBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Returns what encodes the keys of a listing: percent-encoded where `EncodingType: url` lets keys travel that XML cannot hold. */
export function encoder(encoding: S3.EncodingType | undefined): (text: string) => string {
  return encoding === "url" ? (text) => encodeURIComponent(text).replace(/%2F/g, "/") : (text) => text;
}

function entry(object: StoredObject, encode: (text: string) => string): S3._Object {
  return {
    Key: encode(object.key),
    Size: object.body.size,
    ETag: object.etag,
    LastModified: object.modified,
    StorageClass: object.headers.StorageClass ?? "STANDARD",
    ChecksumAlgorithm: object.checksum ? [object.checksum.algorithm] : undefined,
    ChecksumType: object.checksum?.type,
  };
}

function tokenKey(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (Buffer.from(key).toString("base64url") === token && token !== "") return key;
  throw new ServiceError("InvalidArgument", "The continuation token provided is incorrect", {
    members: { ArgumentName: "continuation-token" },
  });
}
