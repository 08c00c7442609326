import type * as S3 from "@aws-sdk/client-s3";
import { ServiceError } from "../../world/handler.ts";
import { composeChecksums, isLinear, joinChecksums, statedChecksum } from "../../protocol/checksums.ts";
import type { Algorithm, Checksum } from "../../protocol/checksums.ts";
import type { Part, Upload } from "./object-store.ts";

/** Every part but the last must be at least this large. */
const smallestPartBytes = 5 * 1024 * 1024;

/** Returns the uploaded parts that a CompleteMultipartUpload names, once they are what it says and in order. */
export function completedParts(upload: Upload, named: readonly S3.CompletedPart[]): Part[] {
  if (named.length === 0) {
    throw new ServiceError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  if (named.some((part, index) => (part.PartNumber ?? 0) <= (named[index - 1]?.PartNumber ?? 0))) {
    throw new ServiceError(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
    );
  }
  return named.map((completed, index) => {
    const number = completed.PartNumber ?? 0;
    const part = upload.parts.get(number);
    if (!part || part.etag.replace(/"/g, "") !== completed.ETag?.replace(/"/g, "")) throw invalidPart();
    checkPartChecksum(upload, part, completed);
    if (index < named.length - 1 && part.body.size < smallestPartBytes) {
      throw new ServiceError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
        members: { PartNumber: number, ProposedSize: part.body.size, MinSizeAllowed: smallestPartBytes },
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

/** Returns the checksum of the whole object, of the kind that the upload was begun with. */
export function wholeChecksum({ algorithm, type }: Upload, parts: readonly Part[]): Checksum | undefined {
  const kind: Algorithm | undefined = algorithm ?? parts[0]?.checksum.algorithm;
  if (!kind || parts.some((part) => part.checksum.algorithm !== kind)) return undefined;
  const sums = parts.map((part) => ({ value: part.checksum.value, size: part.body.size }));
  if (type === "COMPOSITE") return { algorithm: kind, value: composeChecksums(kind, sums), type };
  return isLinear(kind) ? { algorithm: kind, value: joinChecksums(kind, sums), type } : undefined;
}

/** Tells whether a stated checksum is the object's. A client may state a composite one with or without the number of parts. */
export function sameChecksum(stated: string, { value, type }: Checksum, parts: readonly Part[]): boolean {
  return stated === value || (type === "COMPOSITE" && `${stated}-${parts.length}` === value);
}

function invalidPart(): ServiceError {
  return new ServiceError(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  );
}
