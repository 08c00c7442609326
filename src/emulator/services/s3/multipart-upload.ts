import { createHash } from "node:crypto";
import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { Body } from "./body.ts";
import { checksumMembers, isLinear, statedChecksum } from "./checksums.ts";
import { checkWrite } from "./conditions.ts";
import { completedParts, sameChecksum, wholeChecksum } from "./completed-parts.ts";
import type { Upload } from "./object-store.ts";
import { place } from "./place.ts";
import { algorithmOf, checkKey, encryptionMembers, templateOf } from "./put-object.ts";

export function CreateMultipartUpload(
  input: S3.CreateMultipartUploadCommandInput,
  context: Context,
): Partial<S3.CreateMultipartUploadCommandOutput> {
  const key = checkKey(input.Key);
  const { uploads } = place(context, input.Bucket, key);
  const algorithm = algorithmOf(input.ChecksumAlgorithm);
  const type = input.ChecksumType ?? (algorithm && algorithm !== "CRC64NVME" ? "COMPOSITE" : "FULL_OBJECT");
  if (type === "FULL_OBJECT" ? algorithm && !isLinear(algorithm) : algorithm === "CRC64NVME" || !algorithm) {
    throw new ServiceError(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${(algorithm ?? "crc64nvme").toLowerCase()} checksum algorithm.`,
    );
  }
  const template = templateOf(input);
  const id = context.world.ids.text(64);
  const initiated = context.world.clock.now();
  uploads.set(id, { id, key, initiated, algorithm, type, parts: new Map(), template });
  return {
    Bucket: input.Bucket,
    Key: key,
    UploadId: id,
    ChecksumAlgorithm: algorithm,
    ChecksumType: algorithm && type,
    ...encryptionMembers(template.headers),
  };
}

export async function CompleteMultipartUpload(
  input: S3.CompleteMultipartUploadCommandInput,
  context: Context,
): Promise<Partial<S3.CompleteMultipartUploadCommandOutput>> {
  const { objects, uploads } = place(context, input.Bucket, input.Key);
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
  objects.set(upload.key, {
    key: upload.key,
    body,
    etag,
    modified: context.world.clock.now(),
    checksum,
    partSizes: parts.map((part) => part.body.size),
    ...upload.template,
  });
  uploads.delete(upload.id);
  return {
    Location: `http://${context.request.headers.host}/${input.Bucket}/${encodeURIComponent(upload.key)}`,
    Bucket: input.Bucket,
    Key: upload.key,
    ETag: etag,
    ...checksumMembers(checksum),
    ...encryptionMembers(upload.template.headers),
  };
}

export function AbortMultipartUpload(input: S3.AbortMultipartUploadCommandInput, context: Context): void {
  const { uploads } = place(context, input.Bucket, input.Key);
  uploads.delete(findUpload(uploads, input).id);
}

/** The upload that a request names; its id belongs to one key. */
export function findUpload(
  uploads: Map<string, Upload>,
  { UploadId, Key }: { UploadId?: string | undefined; Key?: string | undefined },
): Upload {
  const upload = uploads.get(UploadId ?? "");
  if (upload && upload.key === Key) return upload;
  throw new ServiceError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { status: 404, members: { UploadId } },
  );
}
