import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { checksumMembers, digest } from "../../protocol/checksums.ts";
import { checkRead, checkWrite } from "./conditions.ts";
import { checkDecryption, encryptionMembers } from "./encryption.ts";
import { findObject } from "./find.ts";
import { checkKey } from "./object-key.ts";
import type { StandardHeaders, StoredObject } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";
import { parseTagging } from "./tags.ts";
import { algorithmOf, templateOf } from "./template.ts";
import { putVersion } from "./versions.ts";

/** CopyObject refuses a larger source, UploadPartCopy a larger range of one; an upload of several parts takes it. */
export const largestCopyBytes = 5 * 1024 ** 3;

/** Copies an object; the copy shares the source's bytes. */
export async function CopyObject(
  input: S3.CopyObjectCommandInput,
  context: Context,
): Promise<Partial<S3.CopyObjectCommandOutput>> {
  const key = checkKey(input.Key);
  const open = openBucket(context, input.Bucket, key);
  const { objects } = open;
  const source = copySource(input, context);
  if (source.body.size > largestCopyBytes) {
    throw new ServiceError("InvalidRequest", "The specified copy source is larger than the maximum allowable size");
  }
  const replaces = input.MetadataDirective === "REPLACE";
  if (objects.get(key) === source && !replaces && input.TaggingDirective !== "REPLACE" && !input.ServerSideEncryption) {
    throw new ServiceError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  checkWrite(objects.get(key), input);
  const template = templateOf(input, context, open.bucket);
  const modified = context.world.clock.now();
  const object: StoredObject = {
    ...source,
    key,
    modified,
    versionId: undefined,
    lock: template.lock,
    headers: replaces ? template.headers : { ...source.headers, ...ofTheCopy(template.headers) },
    metadata: replaces ? template.metadata : source.metadata,
    tags: input.TaggingDirective === "REPLACE" ? parseTagging(input.Tagging) : source.tags,
    checksum: await copiedChecksum(source, algorithmOf(input.ChecksumAlgorithm)),
  };
  putVersion(context, open, object);
  return {
    VersionId: object.versionId,
    CopySourceVersionId: source.versionId,
    CopyObjectResult: { ETag: object.etag, LastModified: modified, ...checksumMembers(object.checksum) },
    ...encryptionMembers(object.headers),
  };
}

/** Returns the headers that a copy never takes from its source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function ofTheCopy(headers: StandardHeaders): StandardHeaders {
  return { ...encryptionMembers(headers), StorageClass: headers.StorageClass };
}

/** Returns the object that `x-amz-copy-source` names, with the conditions on it. */
export function copySource(
  input: S3.CopyObjectCommandInput | S3.UploadPartCopyCommandInput,
  context: Context,
): StoredObject {
  const [path = "", query] = (input.CopySource ?? "").split("?");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path)) ?? [];
  if (bucket === undefined || key === undefined) throw invalidSource();
  const VersionId = new URLSearchParams(query).get("versionId") ?? undefined;
  // Reading by copy is another operation than GetObject where a table's warehouse is concerned: it is refused.
  const operation = bucket.endsWith("--table-s3") ? context.operation : "GetObject";
  const source = findObject(context, { Bucket: bucket, Key: key, VersionId }, operation);
  checkDecryption(context, source);
  const unchanged = "If-None-Match or If-Modified-Since";
  try {
    checkRead(source, {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    });
  } catch (error) {
    // A read's 304 is a copy's 412.
    if (!(error instanceof ServiceError) || error.code !== "NotModified") throw error;
    throw new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
      status: 412,
      members: { Condition: `x-amz-copy-source-${unchanged}` },
    });
  }
  return source;
}

async function copiedChecksum(
  { body, checksum }: StoredObject,
  algorithm: ReturnType<typeof algorithmOf>,
): Promise<StoredObject["checksum"]> {
  const wanted = algorithm ?? checksum?.algorithm;
  if (!wanted || (checksum?.algorithm === wanted && checksum.type === "FULL_OBJECT")) return checksum;
  const sum = digest(wanted);
  for await (const bytes of body.read()) sum.update(bytes as Buffer);
  return { algorithm: wanted, value: sum.value(), type: "FULL_OBJECT" };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource();
  }
}

function invalidSource(): ServiceError {
  return new ServiceError(
    "InvalidArgument",
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    { members: { ArgumentName: "x-amz-copy-source" } },
  );
}
