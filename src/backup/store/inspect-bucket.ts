import {
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import type { GetPublicAccessBlockCommandOutput, LifecycleRule, S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "../../aws/errors.ts";
import { isPublicAcl } from "./bucket-rules.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** What lets everybody into a bucket. A block of its whole account, which is not looked at, may keep them out all the same. */
export interface Opening {
  by: "policy" | "access list" | "policy and access list";
  /** Whether the bucket's own block could be read: else it may keep everybody out too. */
  isCertain: boolean;
}

/** What can be read about a bucket, whatever is to lie in it. An absent member is not known; `unknown` says why. */
export interface BucketFacts {
  exists: boolean;
  /** Whether the expected account owns the bucket. */
  owned?: boolean;
  /** Whether S3 tells nothing of it, and no reason either, as it does with a bucket of another account. */
  hidden?: boolean;
  versioned?: boolean;
  lifecycle?: LifecycleRule[];
  /** By what everybody is let in, and no block of the bucket's own keeps them out; `false` where nobody is. */
  openToEverybody?: false | Opening;
  /** JSON text; null where the bucket has none. */
  policy?: string | null;
  /** Permissions that are missing for what is not known, such as `s3:GetLifecycleConfiguration`. */
  unknown: string[];
}

/**
 * Looks at a bucket by reading alone, in four calls where it is the expected account's and closed to the public, and in two more where its own
 * block does not keep everybody out. What the caller may not read is not known, which is no error.
 *
 * @param uri the bucket's, or of something in it
 * @param owner the account that must own it, 12 digits
 */
export async function inspectBucket(client: S3Client, uri: string, owner: string): Promise<BucketFacts> {
  const { bucket } = parseS3Uri(uri);
  const expected = { Bucket: bucket, ExpectedBucketOwner: owner };
  const asking = new Asking();
  const [block, lifecycle, versioning, policy] = await Promise.all([
    asking.ask(
      "s3:GetBucketPublicAccessBlock",
      () => client.send(new GetPublicAccessBlockCommand(expected)),
      "NoSuchPublicAccessBlockConfiguration",
    ),
    asking.ask(
      "s3:GetLifecycleConfiguration",
      () => client.send(new GetBucketLifecycleConfigurationCommand(expected)),
      "NoSuchLifecycleConfiguration",
    ),
    asking.ask("s3:GetBucketVersioning", () => client.send(new GetBucketVersioningCommand(expected))),
    asking.ask("s3:GetBucketPolicy", () => client.send(new GetBucketPolicyCommand(expected)), "NoSuchBucketPolicy"),
  ]);
  if (asking.isAbsent) return { exists: false, unknown: [] };
  const facts: BucketFacts = { exists: true, unknown: asking.denied };
  if (!asking.isAnswered) {
    // A bucket of somebody else answers like one that may not be looked at, unless the owner is left out of the question.
    const [withOwner, withoutOwner] = [await existing(client, expected), await existing(client, { Bucket: bucket })];
    if (withoutOwner === "absent") return { exists: false, unknown: [] };
    if (withOwner === "denied" && withoutOwner === "there") return { exists: true, owned: false, unknown: [] };
    if (withOwner === "denied") {
      facts.unknown.unshift("s3:ListBucket");
      return asking.isReasoned ? facts : { ...facts, hidden: true };
    }
  }
  facts.owned = true;
  if (versioning) facts.versioned = versioning.Status === "Enabled";
  if (lifecycle !== undefined) facts.lifecycle = lifecycle?.Rules ?? [];
  if (policy !== undefined) facts.policy = policy?.Policy ?? null;
  const open = await openingOf(client, expected, block, policy === null, asking);
  return { ...facts, ...(open !== undefined && { openToEverybody: open }) };
}

/** Returns the Region of a bucket; `undefined` where there is none that the caller may ask. */
export async function bucketRegion(client: S3Client, uri: string, owner: string): Promise<string | undefined> {
  try {
    const question = { Bucket: parseS3Uri(uri).bucket, ExpectedBucketOwner: owner };
    return (await client.send(new HeadBucketCommand(question))).BucketRegion;
  } catch (error) {
    if ([403, 404].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** How everybody may come in: by the policy or the access list, as far as the block lets them count. */
async function openingOf(
  client: S3Client,
  expected: { Bucket: string; ExpectedBucketOwner: string },
  block: GetPublicAccessBlockCommandOutput | null | undefined,
  isWithoutPolicy: boolean,
  asking: Asking,
): Promise<Opening | false | undefined> {
  const blocked = block?.PublicAccessBlockConfiguration;
  const [byPolicy, byAcl] = await Promise.all([
    blocked?.RestrictPublicBuckets || isWithoutPolicy
      ? false
      : asking
          .ask(
            "s3:GetBucketPolicyStatus",
            () => client.send(new GetBucketPolicyStatusCommand(expected)),
            "NoSuchBucketPolicy",
          )
          .then((status) => status && Boolean(status.PolicyStatus?.IsPublic)),
    blocked?.IgnorePublicAcls
      ? false
      : asking
          .ask("s3:GetBucketAcl", () => client.send(new GetBucketAclCommand(expected)))
          .then((acl) => acl && isPublicAcl(acl.Grants ?? [])),
  ]);
  const isCertain = block !== undefined;
  if (byPolicy) return { by: byAcl ? "policy and access list" : "policy", isCertain };
  if (byAcl) return { by: "access list", isCertain };
  return byPolicy === undefined || byAcl === undefined ? undefined : false;
}

/** Asks one thing after another of a bucket, and notes what the answers tell of the bucket itself. */
class Asking {
  readonly denied: string[] = [];
  isAbsent = false;
  isAnswered = false;
  /** Whether a refusal says why: S3 does so within an account or an organization, and of nobody else's bucket. */
  isReasoned = false;

  /** Returns the answer; null for an error of that name, by which S3 says that there is none; `undefined` where it may not be read. */
  async ask<T>(permission: string, call: () => Promise<T>, nothing?: string): Promise<T | null | undefined> {
    try {
      const answer = await call();
      this.isAnswered = true;
      return answer;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === nothing) {
        this.isAnswered = true;
        return null;
      }
      if (name === "NoSuchBucket") {
        this.isAbsent = true;
        return undefined;
      }
      if (![403, 405, 501].includes(statusOf(error) ?? 0)) throw error;
      this.isReasoned ||= /not authorized to perform/.test(message);
      this.denied.push(permission);
      return undefined;
    }
  }
}

async function existing(
  client: S3Client,
  question: { Bucket: string; ExpectedBucketOwner?: string },
): Promise<"there" | "absent" | "denied"> {
  try {
    await client.send(new HeadBucketCommand(question));
    return "there";
  } catch (error) {
    if (statusOf(error) === 404) return "absent";
    if (statusOf(error) === 403) return "denied";
    throw error;
  }
}
