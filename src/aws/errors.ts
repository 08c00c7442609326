import { CredentialsError } from "./credentials.ts";
import { RegionDisabledError } from "./disabled-region.ts";
import { targetName } from "./connection.ts";
import { retryCure, table } from "./error-table.ts";
import type { ErrorKind, Subject } from "./error-table.ts";
import { isConnectionError } from "../unreachable.ts";

/** What an error of AWS means, and what to do about it. */
export interface Meaning {
  kind: ErrorKind;
  /**
   * Whether the same request is sent again for a bounded time. Throttling, errors of the service itself and broken connections are
   * tried again by the SDK, and are final when they arrive.
   */
  retried: boolean;
  /** What to do about it, in words. */
  cure: string;
}

/** Returns what an error means. An error that the table does not know is `unknown`, never `absent`. */
export function meaningOf(error: unknown, subject?: Subject): Meaning {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const known = subject ?? { account: "the account", region: "the Region", resource: "" };
  if (thrown instanceof CredentialsError) return { kind: "credentials", retried: false, cure: "" };
  if (thrown instanceof RegionDisabledError) return { kind: "invalid", retried: false, cure: "" };
  const service = serviceOf(thrown);
  const row = table.find(
    (row) =>
      (row.service === undefined || row.service === service) &&
      row.error.test(thrown.name) &&
      (row.message?.test(thrown.message) ?? true),
  );
  if (row) return { kind: row.kind, retried: row.retried ?? false, cure: row.cure(known, thrown) };
  const status = statusOf(thrown) ?? 0;
  if (status >= 500 || isConnectionError(thrown)) return { kind: "retryable", retried: false, cure: retryCure() };
  return { kind: "unknown", retried: false, cure: "" };
}

/** Tells whether AWS says that the thing is not there: the one error that may be taken for an answer. */
export function isAbsent(error: unknown): boolean {
  return meaningOf(error).kind === "absent";
}

/** Tells whether an error is an answer of S3's. */
export function isS3Error(error: unknown): boolean {
  return error instanceof Error && serviceOf(error) === "s3";
}

/** Tells whether nobody knows what a call has done: it was sent, and no answer came. */
export function isUnanswered(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isConnectionError(at) || at.name === "AbortError") return true;
  }
  return false;
}

/** Returns the HTTP status of AWS's answer; `undefined` for an error that is none of AWS's. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** Returns an error for people: what was done, to what and where, AWS's words, and what to do next. Our own errors pass unchanged. */
export function explain(error: unknown, doing: string, subject: Subject): Error {
  if (error instanceof Error && !("$metadata" in error) && !isConnectionError(error) && error.name !== "AbortError")
    return error;
  const { name, message } = error as Error;
  const { cure } = meaningOf(error, subject);
  const text = message && message !== "UnknownError" ? `${name}: ${message}` : name;
  return new Error(`Could not ${doing} ${subject.resource} in ${targetName(subject)}: ${text}${cure && `\n${cure}`}`, {
    cause: error,
  });
}

/** SDK v3 names the service in its exceptions' base class only, and in their package's client for all. */
function serviceOf(error: Error): string | undefined {
  for (let type = Object.getPrototypeOf(error) as object | null; type; type = Object.getPrototypeOf(type) as object) {
    const name = (type as { constructor?: { name?: string } }).constructor?.name ?? "";
    const service = /^(SSM|DataZone|S3Tables|S3|IAM|STS|Glue)ServiceException$/.exec(name)?.[1];
    if (service) return service.toLowerCase();
  }
  return undefined;
}
