import { createHash } from "node:crypto";
import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { Body } from "./body.ts";
import { checksumMembers, isLinear, statedChecksum } from "../../protocol/checksums.ts";
import { checkWrite } from "./conditions.ts";
import { completedParts, sameChecksum, wholeChecksum } from "./completed-parts.ts";
import { encryptionMembers } from "./encryption.ts";
import { findUpload } from "./find.ts";
import type { StoredObject } from "./object-store.ts";
import { checkKey } from "./object-key.ts";
import { openBucket } from "./open-bucket.ts";
import { algorithmOf, templateOf } from "./template.ts";
import { putVersion } from "./versions.ts";

/** Begins an upload in parts. */
export function CreateMultipartUpload(
  input: S3.CreateMultipartUploadCommandInput,
  context: Context,
): Partial<S3.CreateMultipartUploadCommandOutput> {
  const key = checkKey(input.Key);
  const open = openBucket(context, input.Bucket, key);
  const algorithm = algorithmOf(input.ChecksumAlgorithm);
  const type = input.ChecksumType ?? (algorithm && algorithm !== "CRC64NVME" ? "COMPOSITE" : "FULL_OBJECT");
  if (type === "FULL_OBJECT" ? algorithm && !isLinear(algorithm) : algorithm === "CRC64NVME" || !algorithm) {
    throw new ServiceError(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${(algorithm ?? "crc64nvme").toLowerCase()} checksum algorithm.`,
    );
  }
  const template = templateOf(input, context, open.bucket);
  const id = context.world.ids.text(64);
  const initiated = context.world.clock.now();
  open.uploads.set(id, { id, key, initiated, algorithm, type, parts: new Map(), template });
  return {
    Bucket: input.Bucket,
    Key: key,
    UploadId: id,
    ChecksumAlgorithm: algorithm,
    ChecksumType: algorithm && type,
    ...encryptionMembers(template.headers),
  };
}

/** Makes an object of an upload's parts. */
export async function CompleteMultipartUpload(
  input: S3.CompleteMultipartUploadCommandInput,
  context: Context,
): Promise<Partial<S3.CompleteMultipartUploadCommandOutput>> {
  const open = openBucket(context, input.Bucket, input.Key);
  const { objects, uploads } = open;
  const upload = findUpload(uploads, input);
  checkWrite(objects.get(upload.key), input);
  const parts = completedParts(upload, input.MultipartUpload?.Parts ?? []);
  const body = Body.join(parts.map((part) => part.body));
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== body.size) {
    throw new ServiceError(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${body.size}`,
    );
  }
  const checksum = wholeChecksum(upload, parts);
  const stated = statedChecksum(input);
  if (stated && checksum && stated.algorithm === checksum.algorithm && !sameChecksum(stated.value, checksum, parts)) {
    throw new ServiceError("BadDigest", `The ${stated.algorithm} you specified did not match the calculated checksum.`);
  }
  const digests = parts.map((part) => Buffer.from(part.etag.replace(/"/g, ""), "hex"));
  const etag = `"${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${parts.length}"`;
  const object: StoredObject = {
    key: upload.key,
    body,
    etag,
    modified: context.world.clock.now(),
    checksum,
    partSizes: parts.map((part) => part.body.size),
    ...upload.template,
  };
  putVersion(context, open, object);
  uploads.delete(upload.id);
  return {
    Location: `http://${context.request.headers.host}/${input.Bucket}/${encodeURIComponent(upload.key)}`,
    Bucket: input.Bucket,
    Key: upload.key,
    ETag: etag,
    VersionId: object.versionId,
    ...checksumMembers(checksum),
    ...encryptionMembers(upload.template.headers),
  };
}

/** Forgets an upload and its parts. */
export function AbortMultipartUpload(input: S3.AbortMultipartUploadCommandInput, context: Context): void {
  const { uploads } = openBucket(context, input.Bucket, input.Key);
  uploads.delete(findUpload(uploads, input).id);
}
