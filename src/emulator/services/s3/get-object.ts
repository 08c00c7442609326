import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { checksumMembers } from "../../protocol/checksums.ts";
import { checkRead } from "./conditions.ts";
import { checkDecryption } from "./encryption.ts";
import { findObject } from "./find.ts";
import { pageSize } from "./list-objects.ts";
import { lockMembers } from "./lock.ts";
import type { StandardHeaders, StoredObject } from "./object-store.ts";
import { parseRange, partMarker, partRange } from "./range.ts";
import type { ByteRange } from "./range.ts";
import { checkHeaderValue } from "./request-headers.ts";

/** Returns an object, or a range or part of it. */
export function GetObject(input: S3.GetObjectCommandInput, context: Context): Partial<S3.GetObjectCommandOutput> {
  const object = findObject(context, input);
  checkRead(object, input);
  checkDecryption(context, object);
  const range = rangeOf(object, input);
  if (range) context.response.status = 206;
  return {
    ...headersOf(object, input, range),
    Body: object.body.content(range?.start, range?.end) as S3.GetObjectCommandOutput["Body"],
  };
}

/** Returns an object's headers. */
export function HeadObject(input: S3.HeadObjectCommandInput, context: Context): Partial<S3.HeadObjectCommandOutput> {
  const object = findObject(context, input);
  checkRead(object, input);
  const range = rangeOf(object, input);
  if (range) context.response.status = 206;
  return headersOf(object, input, range);
}

/** Returns an object's size, checksum and parts, as far as asked for. */
export function GetObjectAttributes(
  input: S3.GetObjectAttributesCommandInput,
  context: Context,
): Partial<S3.GetObjectAttributesCommandOutput> {
  const object = findObject(context, input);
  const wanted = new Set<string | undefined>(input.ObjectAttributes);
  pageSize(input.MaxParts, "max-parts");
  partMarker(input.PartNumberMarker);
  const { checksum, partSizes } = object;
  return {
    LastModified: object.modified,
    VersionId: object.versionId,
    ETag: wanted.has("ETag") ? object.etag.replace(/"/g, "") : undefined,
    ObjectSize: wanted.has("ObjectSize") ? object.body.size : undefined,
    StorageClass: wanted.has("StorageClass") ? (object.headers.StorageClass ?? "STANDARD") : undefined,
    Checksum: wanted.has("Checksum") ? checksumMembers(checksum) : undefined,
    ObjectParts: wanted.has("ObjectParts") && partSizes ? { TotalPartsCount: partSizes.length } : undefined,
  };
}

function rangeOf(
  { body, partSizes }: StoredObject,
  { Range, PartNumber }: S3.GetObjectCommandInput,
): ByteRange | undefined {
  if (PartNumber === undefined) return parseRange(Range, body.size);
  if (Range === undefined) return partRange(PartNumber, partSizes ?? [body.size]);
  throw new ServiceError("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
}

function headersOf(
  object: StoredObject,
  input: S3.GetObjectCommandInput,
  range: ByteRange | undefined,
): Partial<S3.GetObjectCommandOutput> {
  const { body, headers } = object;
  const size = body.size;
  return {
    AcceptRanges: "bytes",
    ContentLength: range ? range.end - range.start : size,
    ContentRange: range ? `bytes ${range.start}-${range.end - 1}/${size}` : undefined,
    ETag: object.etag,
    LastModified: object.modified,
    Metadata: object.metadata,
    ...headers,
    ...overrides(input),
    VersionId: object.versionId,
    ...lockMembers(object.lock),
    TagCount: Object.keys(object.tags).length || undefined,
    PartsCount: input.PartNumber === undefined ? undefined : object.partSizes?.length,
    // A whole object's checksum would not match the bytes of a range.
    ...(wantsChecksum(input) && !range ? checksumMembers(object.checksum) : {}),
  };
}

/** The header's one value counts without regard to case. */
function wantsChecksum({ ChecksumMode }: S3.GetObjectCommandInput): boolean {
  if (ChecksumMode === undefined || ChecksumMode.toUpperCase() === "ENABLED") return ChecksumMode !== undefined;
  throw new ServiceError("InvalidArgument", "The x-amz-checksum-mode header can only be ENABLED.", {
    members: { ArgumentName: "x-amz-checksum-mode", ArgumentValue: ChecksumMode },
  });
}

/** Returns the headers that the request's `response-` parameters ask for instead of the object's own. */
function overrides(input: S3.GetObjectCommandInput): StandardHeaders {
  const asked: StandardHeaders = {};
  for (const header of overridable) {
    const value = input[`Response${header}`];
    checkHeaderValue(`Response${header}`, value);
    if (value !== undefined) asked[header] = value;
  }
  if (input.ResponseExpires !== undefined) asked.Expires = input.ResponseExpires;
  return asked;
}

const overridable = [
  "ContentType",
  "ContentEncoding",
  "ContentLanguage",
  "ContentDisposition",
  "CacheControl",
] as const;
