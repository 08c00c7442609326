import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Bucket } from "../../world/world.ts";
import { isAlgorithm } from "../../protocol/checksums.ts";
import type { Algorithm } from "../../protocol/checksums.ts";
import { encryptionOf } from "./encryption.ts";
import { lockOf } from "./lock.ts";
import type { StandardHeaders, Template } from "./object-store.ts";
import { parseTagging } from "./tags.ts";

type Input = S3.PutObjectCommandInput | S3.CreateMultipartUploadCommandInput | S3.CopyObjectCommandInput;

/** Returns what a request says of an object besides its bytes, once S3 can keep to it. */
export function templateOf(input: Input, context: Context, bucket: Bucket | undefined): Template {
  const metadata = input.Metadata ?? {};
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > 2048) {
    throw new ServiceError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  const headers = { ...standardHeaders(input), ...encryptionOf(input, context) };
  return { headers, metadata, tags: parseTagging(input.Tagging), lock: lockOf(input, context, bucket) };
}

/** Returns the checksum algorithm of a name, in capitals or not. */
export function algorithmOf(name: string | undefined): Algorithm | undefined {
  const upper = name?.toUpperCase();
  if (upper === undefined || isAlgorithm(upper)) return upper;
  throw new ServiceError("InvalidRequest", `Checksum algorithm provided is unsupported: ${name}`);
}

function standardHeaders(input: Input): StandardHeaders {
  const { StorageClass } = input;
  // `aws-chunked` belongs to the transfer, not to the object.
  const encoding = input.ContentEncoding?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "aws-chunked" && part !== "")
    .join(",");
  return {
    ContentType: input.ContentType ?? "binary/octet-stream",
    ContentEncoding: encoding || undefined,
    ContentLanguage: input.ContentLanguage,
    ContentDisposition: input.ContentDisposition,
    CacheControl: input.CacheControl,
    Expires: input.Expires,
    StorageClass: StorageClass === "STANDARD" ? undefined : StorageClass,
  };
}
