import type { Grant, LifecycleRule } from "@aws-sdk/client-s3";
import { verdictOf } from "../../aws/policy-evaluation.ts";
import type { AskedEncryption } from "./s3-request.ts";

/** What a lifecycle rule does to objects after some time. */
export interface Expiry {
  /** The rule's id. */
  rule: string;
  does: "removes" | "archives";
  /** After their creation; absent where the rule names a date. */
  days?: number;
  /** ISO 8601. */
  date?: string;
}

/**
 * Returns what happens first to objects under a prefix, such as `sluice/111122223333/us-east-1/`, by the enabled rules of a bucket's
 * lifecycle; `undefined` when nothing does. Backups carry no tags, so rules for tagged objects do not concern them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function expiryOf(rules: LifecycleRule[], prefix: string): Expiry | undefined {
  const found = rules.filter((rule) => rule.Status === "Enabled" && concerns(rule, prefix)).flatMap(effectsOf);
  return found.toSorted((a, b) => (a.days ?? 0) - (b.days ?? 0))[0];
}

/** Tells whether an access list lets everybody in, or everybody with an AWS account. */
export function isPublicAcl(grants: Grant[]): boolean {
  return grants.some(({ Grantee }) => /\/(AllUsers|AuthenticatedUsers)$/.test(Grantee?.URI ?? ""));
}

/** A write as a bucket's policy judges it; what is not told of it is not known. */
export interface AskedWrite {
  /** ARN of the object. */
  resource: string;
  encryption?: AskedEncryption;
  /** Who writes. */
  writer?: { account: string; role?: string };
}

/**
 * Tells whether a bucket's policy refuses a write, to everybody or to the writer by name, and on no condition but on what is told of it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function deniesWriting(policy: string, { resource, encryption, writer }: AskedWrite): boolean {
  const header = "s3:x-amz-server-side-encryption";
  const context = {
    "*": undefined,
    ...(encryption && { [header]: encryption.sseAlgorithm }),
    ...(encryption?.kmsKeyArn !== undefined && { [`${header}-aws-kms-key-id`]: encryption.kmsKeyArn }),
    ...(writer && { "aws:principalaccount": writer.account }),
    ...(writer?.role !== undefined && { "aws:principalarn": writer.role }),
  };
  const write = { callers: writer && namesOf(writer, resource), action: "s3:PutObject", resource, context };
  return verdictOf(policy, write) === "denied";
}

function namesOf({ account, role }: NonNullable<AskedWrite["writer"]>, resource: string): string[] {
  const partition = resource.split(":")[1];
  return [account, `arn:${partition}:iam::${account}:root`, ...(role === undefined ? [] : [role])];
}

function concerns({ Filter, Prefix }: LifecycleRule, prefix: string): boolean {
  if (Filter?.Tag || (Filter?.And?.Tags?.length ?? 0) > 0) return false;
  const rulePrefix = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? "";
  return prefix.startsWith(rulePrefix) || rulePrefix.startsWith(prefix);
}

function effectsOf({ ID = "(without an id)", Expiration, Transitions = [] }: LifecycleRule): Expiry[] {
  const effects: Expiry[] = [];
  const when = (days?: number, date?: Date) => ({
    ...(days !== undefined && { days }),
    ...(date && { date: date.toISOString() }),
  });
  if (Expiration?.Days !== undefined || Expiration?.Date) {
    effects.push({ rule: ID, does: "removes", ...when(Expiration.Days, Expiration.Date) });
  }
  for (const { StorageClass, Days, Date } of Transitions) {
    if (StorageClass === "GLACIER" || StorageClass === "DEEP_ARCHIVE") {
      effects.push({ rule: ID, does: "archives", ...when(Days, Date) });
    }
  }
  return effects;
}
