import { ServiceError } from "../../world/handler.ts";

/** S3's limit for keys, in bytes of UTF-8. */
const longestKeyBytes = 1024;

/** Returns the key of an object that is to be written. Throws for one that S3 does not take. */
export function checkKey(key: string | undefined): string {
  if (key !== undefined && Buffer.byteLength(key) <= longestKeyBytes) return key;
  throw new ServiceError("KeyTooLongError", "Your key is too long");
}

/**
 * Refuses a key that climbs above the bucket: read from the left, it may never have had more `..` than other elements.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function checkParentSegments(key: string): void {
  let depth = 0;
  for (const element of key.split("/")) {
    if (element === "..") depth--;
    else if (element !== "" && element !== ".") depth++;
    if (depth < 0) throw new ServiceError("InvalidURI", "Couldn't parse the specified URI.");
  }
}
