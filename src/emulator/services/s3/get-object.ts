import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { checksumMembers } from "./checksums.ts";
import { checkRead } from "./conditions.ts";
import type { StoredObject } from "./object-store.ts";
import { place } from "./place.ts";
import { encryptionMembers } from "./put-object.ts";
import { parseRange, partRange } from "./range.ts";
import type { ByteRange } from "./range.ts";

export function GetObject(input: S3.GetObjectCommandInput, context: Context): Partial<S3.GetObjectCommandOutput> {
  const object = existing(context, input);
  checkRead(object, input);
  const range = rangeOf(object, input);
  if (range) context.response.status = 206;
  return {
    ...headersOf(object, input, range),
    Body: object.body.read(range?.start, range?.end) as S3.GetObjectCommandOutput["Body"],
  };
}

export function HeadObject(input: S3.HeadObjectCommandInput, context: Context): Partial<S3.HeadObjectCommandOutput> {
  const object = existing(context, input);
  checkRead(object, input);
  const range = rangeOf(object, input);
  if (range) context.response.status = 206;
  return headersOf(object, input, range);
}

export function GetObjectAttributes(
  input: S3.GetObjectAttributesCommandInput,
  context: Context,
): Partial<S3.GetObjectAttributesCommandOutput> {
  const object = existing(context, input);
  const wanted = new Set<string | undefined>(input.ObjectAttributes);
  const { checksum, partSizes } = object;
  return {
    LastModified: object.modified,
    ETag: wanted.has("ETag") ? object.etag.replace(/"/g, "") : undefined,
    ObjectSize: wanted.has("ObjectSize") ? object.body.size : undefined,
    StorageClass: wanted.has("StorageClass") ? "STANDARD" : undefined,
    Checksum: wanted.has("Checksum") ? checksumMembers(checksum) : undefined,
    ObjectParts: wanted.has("ObjectParts") && partSizes ? { TotalPartsCount: partSizes.length } : undefined,
  };
}

/** The object that a read asks for. */
export function existing(
  context: Context,
  input: { Bucket?: string | undefined; Key?: string | undefined },
  operation = context.operation,
): StoredObject {
  const object = place(context, input.Bucket, input.Key, operation).objects.get(input.Key ?? "");
  if (object) return object;
  throw new ServiceError("NoSuchKey", "The specified key does not exist.", {
    status: 404,
    members: { Key: input.Key },
  });
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
    ContentType: input.ResponseContentType ?? headers.ContentType,
    ContentEncoding: input.ResponseContentEncoding ?? headers.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? headers.ContentLanguage,
    ContentDisposition: input.ResponseContentDisposition ?? headers.ContentDisposition,
    CacheControl: input.ResponseCacheControl ?? headers.CacheControl,
    Expires: headers.Expires,
    TagCount: Object.keys(object.tags).length || undefined,
    PartsCount: input.PartNumber === undefined ? undefined : object.partSizes?.length,
    ...encryptionMembers(headers),
    // A whole object's checksum would not match the bytes of a range.
    ...(input.ChecksumMode?.toUpperCase() === "ENABLED" && !range ? checksumMembers(object.checksum) : {}),
  };
}
