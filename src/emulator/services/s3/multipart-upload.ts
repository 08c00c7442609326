import { createHash } from "node:crypto";
import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { Body } from "./body.ts";
import { checksumMembers, composeChecksums, isLinear, joinChecksums, statedChecksum } from "./checksums.ts";
import type { Algorithm, Checksum } from "./checksums.ts";
import { checkWrite } from "./conditions.ts";
import type { Part, Upload } from "./object-store.ts";
import { place } from "./place.ts";
import { algorithmOf, checkKey, encryptionMembers, templateOf } from "./put-object.ts";

/** Every part but the last must be at least this large. */
const SMALLEST_PART = 5 * 1024 * 1024;

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
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
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

function chosenParts(upload: Upload, named: readonly S3.CompletedPart[]): Part[] {
  if (named.length === 0) {
    throw new ServiceError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  return named.map((completed, index) => {
    const number = completed.PartNumber ?? 0;
    if (index > 0 && number <= (named[index - 1]?.PartNumber ?? 0)) {
      throw new ServiceError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    }
    const part = upload.parts.get(number);
    if (!part || part.etag.replace(/"/g, "") !== completed.ETag?.replace(/"/g, "")) throw invalidPart();
    checkPartChecksum(upload, part, completed);
    if (index < named.length - 1 && part.body.size < SMALLEST_PART) {
      throw new ServiceError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
        members: { PartNumber: number, ProposedSize: part.body.size, MinSizeAllowed: SMALLEST_PART },
      });
    }
    return part;
  });
}

function checkPartChecksum({ algorithm, type }: Upload, part: Part, completed: S3.CompletedPart): void {
  const stated = statedChecksum(completed);
  if (stated && stated.algorithm === part.checksum.algorithm && stated.value !== part.checksum.value) {
    throw invalidPart();
  }
  if (type === "FULL_OBJECT" || algorithm === undefined || stated) return;
  throw new ServiceError(
    "InvalidRequest",
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${completed.PartNumber} in the request.`,
  );
}

function wholeChecksum({ algorithm, type }: Upload, parts: readonly Part[]): Checksum | undefined {
  const kind: Algorithm | undefined = algorithm ?? parts[0]?.checksum.algorithm;
  if (!kind || parts.some((part) => part.checksum.algorithm !== kind)) return undefined;
  const sums = parts.map((part) => ({ value: part.checksum.value, size: part.body.size }));
  if (type === "COMPOSITE") return { algorithm: kind, value: composeChecksums(kind, sums), type };
  return isLinear(kind) ? { algorithm: kind, value: joinChecksums(kind, sums), type } : undefined;
}

/** A client may state a composite checksum with or without the number of parts. */
function sameChecksum(stated: string, { value, type }: Checksum, parts: readonly Part[]): boolean {
  return stated === value || (type === "COMPOSITE" && `${stated}-${parts.length}` === value);
}

function invalidPart(): ServiceError {
  return new ServiceError(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  );
}
