import { meaningOf, statusOf } from "../../aws/errors.ts";
import { BucketAbsent } from "./object-store.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** Where the caller works: what cures speak of. */
export interface CallerTarget {
  account: string;
  region: string;
}

/** Returns an error for people: what was tried with which object, S3's words, and what to do. A cancellation passes unchanged. */
export function explained(error: unknown, verb: "read" | "write" | "list", uri: string, caller?: CallerTarget): Error {
  if (error instanceof Error && error.name === "AbortError") return error;
  const { bucket } = parseS3Uri(uri);
  if (isBucketAbsent(error)) return new BucketAbsent(bucket, `${verb} ${uri}`, { cause: error });
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const reason = message && message !== "UnknownError" && message !== name ? `${name}: ${message}` : name;
  const cures = [cureOf(error, verb, bucket, caller), denialCure(error, verb, bucket)].filter(Boolean);
  return new Error(`Cannot ${verb} ${uri}: ${[`${reason}.`, ...cures].join("\n")}`, { cause: error });
}

/** Tells whether S3 said in words that the bucket is not there: a HEAD has none. */
export function isBucketAbsent(error: unknown): boolean {
  return error instanceof Error && error.name === "NoSuchBucket";
}

function cureOf(error: unknown, verb: string, bucket: string, caller?: CallerTarget): string {
  const place = { account: "the account", region: "the Region", ...caller };
  const { kind, cure } = meaningOf(error, { ...place, resource: bucket, backup: `s3://${bucket}` });
  return kind === "denied" && verb !== "list" && !isAboutKey(error) ? "" : cure;
}

// Without s3:ListBucket, S3 answers 403 for an object that does not exist, so its absence cannot be known.
function denialCure(error: unknown, verb: string, bucket: string): string {
  if (statusOf(error) !== 403 || isAboutKey(error) || isAboutCredentials(error)) return "";
  if (verb === "list") return `Make sure that the account that is expected to own ${bucket} does.`;
  const action = verb === "read" ? "GetObject" : "PutObject";
  if (bucket.endsWith("--table-s3")) {
    return `Allow s3tables:${verb === "read" ? "GetTableData" : "PutTableData"} on the table.`;
  }
  return `Allow s3:${action} on it, and s3:ListBucket on ${bucket}; and make sure that the account that is expected to own ${bucket} does.`;
}

function isAboutKey(error: unknown): boolean {
  return error instanceof Error && (error.name.startsWith("KMS") || /kms:/i.test(error.message));
}

function isAboutCredentials(error: unknown): boolean {
  return meaningOf(error).kind === "credentials";
}
