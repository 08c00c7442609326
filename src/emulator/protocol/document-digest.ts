import { createHash } from "node:crypto";
import { ServiceError } from "../world/handler.ts";
import { digest, isAlgorithm } from "./checksums.ts";

const checksumPrefix = "x-amz-checksum-";

/** Holds a request's document, of DeleteObjects or PutBucketPolicy for example, against the digests in its headers. */
export function checkDocument(headers: Array<[name: string, value: unknown]>, bytes: Uint8Array): void {
  for (const [name, value] of headers) {
    if (name === "content-md5" && value !== createHash("md5").update(bytes).digest("base64")) {
      throw badDigest("Content-MD5");
    }
    const algorithm = name.startsWith(checksumPrefix) ? name.slice(checksumPrefix.length).toUpperCase() : undefined;
    if (!isAlgorithm(algorithm)) continue;
    const sum = digest(algorithm);
    sum.update(bytes);
    if (sum.value() !== value) throw badDigest(algorithm);
  }
}

function badDigest(what: string): ServiceError {
  return new ServiceError("BadDigest", `The ${what} you specified did not match the calculated checksum.`);
}
