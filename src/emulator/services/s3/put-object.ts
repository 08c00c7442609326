import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { checksumMembers, isAlgorithm } from "./checksums.ts";
import type { Algorithm } from "./checksums.ts";
import { checkWrite } from "./conditions.ts";
import type { StandardHeaders, StoredObject } from "./object-store.ts";
import { place } from "./place.ts";
import { receive } from "./receive.ts";
import { parseTagging } from "./tagging.ts";

/** S3's limit for keys, in bytes of UTF-8. */
const LONGEST_KEY = 1024;

export async function PutObject(
  input: S3.PutObjectCommandInput,
  context: Context,
): Promise<Partial<S3.PutObjectCommandOutput>> {
  const key = checkKey(input.Key);
  const { objects } = place(context, input.Bucket, key);
  checkWrite(objects.get(key), input);
  const template = templateOf(input);
  const { body, md5, checksum } = await receive(context.request, input, algorithmOf(input.ChecksumAlgorithm));
  // Another writer may have been faster while the body came in.
  checkWrite(objects.get(key), input);
  const etag = `"${md5.toString("hex")}"`;
  objects.set(key, { key, body, etag, modified: context.world.clock.now(), checksum, ...template });
  return { ETag: etag, Size: undefined, ...checksumMembers(checksum), ...encryptionMembers(template.headers) };
}

/** What a request says of an object besides its bytes. */
export function templateOf(
  input: S3.PutObjectCommandInput | S3.CreateMultipartUploadCommandInput | S3.CopyObjectCommandInput,
): Pick<StoredObject, "headers" | "metadata" | "tags"> {
  const metadata = input.Metadata ?? {};
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > 2048) {
    throw new ServiceError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  return { headers: standardHeaders(input), metadata, tags: parseTagging(input.Tagging) };
}

export function encryptionMembers({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: StandardHeaders) {
  return { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
}

export function checkKey(key: string | undefined): string {
  if (key !== undefined && Buffer.byteLength(key) <= LONGEST_KEY) return key;
  throw new ServiceError("KeyTooLongError", "Your key is too long");
}

export function algorithmOf(name: string | undefined): Algorithm | undefined {
  const upper = name?.toUpperCase();
  if (upper === undefined || isAlgorithm(upper)) return upper;
  throw new ServiceError("InvalidRequest", `Checksum algorithm provided is unsupported: ${name}`);
}

function standardHeaders(
  input: S3.PutObjectCommandInput | S3.CreateMultipartUploadCommandInput | S3.CopyObjectCommandInput,
): StandardHeaders {
  const { StorageClass, WebsiteRedirectLocation } = input;
  checkEncryption(input);
  if (WebsiteRedirectLocation !== undefined && !/^(\/|https?:\/\/)/.test(WebsiteRedirectLocation)) {
    throw new ServiceError(
      "InvalidRedirectLocation",
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    );
  }
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
    ServerSideEncryption: input.ServerSideEncryption ?? "AES256",
    SSEKMSKeyId: input.SSEKMSKeyId,
    BucketKeyEnabled: input.BucketKeyEnabled,
    StorageClass: StorageClass === "STANDARD" ? undefined : StorageClass,
    WebsiteRedirectLocation,
  };
}

function checkEncryption({ ServerSideEncryption, SSEKMSKeyId }: StandardHeaders): void {
  if (SSEKMSKeyId === undefined || ServerSideEncryption?.startsWith("aws:kms")) return;
  throw new ServiceError(
    "InvalidArgument",
    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    { members: { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: ServerSideEncryption ?? "null" } },
  );
}
