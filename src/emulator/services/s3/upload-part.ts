import { createHash } from "node:crypto";
import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { digest } from "../../protocol/checksums.ts";
import type { Checksum } from "../../protocol/checksums.ts";
import { copySource, largestCopyBytes } from "./copy-object.ts";
import { encryptionMembers } from "./encryption.ts";
import { findUpload } from "./find.ts";
import type { Part, Upload } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";
import { parseRange } from "./range.ts";
import { receivePayload } from "./receive.ts";
import { storeBody } from "./body.ts";

const mostParts = 10_000;

/** Stores one part of an upload. */
export async function UploadPart(
  input: S3.UploadPartCommandInput,
  context: Context,
): Promise<Partial<S3.UploadPartCommandOutput>> {
  const { uploads } = openBucket(context, input.Bucket, input.Key);
  const upload = findUpload(uploads, input);
  const number = partNumber(input.PartNumber);
  const { body, md5, checksum } = await receivePayload(context.request, input, upload.algorithm);
  if (upload.algorithm && checksum.algorithm !== upload.algorithm) throw otherAlgorithm(upload, checksum);
  const etag = `"${md5.toString("hex")}"`;
  upload.parts.set(number, { body, etag, checksum, modified: context.world.clock.now() });
  return { ETag: etag, ...partChecksum(checksum), ...encryptionMembers(upload.template.headers) };
}

/** Makes one part of an upload from an object or a range of it. */
export async function UploadPartCopy(
  input: S3.UploadPartCopyCommandInput,
  context: Context,
): Promise<Partial<S3.UploadPartCopyCommandOutput>> {
  const { uploads } = openBucket(context, input.Bucket, input.Key);
  const upload = findUpload(uploads, input);
  const number = partNumber(input.PartNumber);
  const source = copySource(input, context);
  const range = parseRange(input.CopySourceRange, source.body.size);
  if ((range?.end ?? source.body.size) - (range?.start ?? 0) > largestCopyBytes) {
    throw new ServiceError("InvalidRequest", "The specified copy source is larger than the maximum allowable size");
  }
  const part = await copyPart(source.body.read(range?.start, range?.end), upload, context.world.clock.now());
  upload.parts.set(number, part);
  return {
    CopyPartResult: { ETag: part.etag, LastModified: part.modified, ...partChecksum(part.checksum) },
    ...encryptionMembers(upload.template.headers),
  };
}

async function copyPart(source: AsyncIterable<Buffer>, upload: Upload, modified: Date): Promise<Part> {
  const algorithm = upload.algorithm ?? "CRC64NVME";
  const sum = digest(algorithm);
  const md5 = createHash("md5");
  async function* tapped() {
    for await (const bytes of source) {
      sum.update(bytes);
      md5.update(bytes);
      yield bytes;
    }
  }
  const body = await storeBody(tapped());
  return {
    body,
    etag: `"${md5.digest("hex")}"`,
    checksum: { algorithm, value: sum.value(), type: "FULL_OBJECT" },
    modified,
  };
}

/** A part's answer echoes its checksum, but no checksum type. */
function partChecksum(checksum: Checksum): Record<string, string> {
  return { [`Checksum${checksum.algorithm}`]: checksum.value };
}

function partNumber(number: number | undefined): number {
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= mostParts) return number;
  throw new ServiceError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", {
    members: { ArgumentName: "partNumber", ArgumentValue: number },
  });
}

function otherAlgorithm(upload: Upload, checksum: Checksum): ServiceError {
  return new ServiceError(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm?.toLowerCase()}, actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
  );
}
