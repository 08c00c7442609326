import {
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { partitionOf } from "../partitions.ts";
import { statusOf } from "../aws/errors.ts";
import { deniesWriting, expiryOf, isPublicAcl } from "./bucket-rules.ts";
import type { Expiry } from "./bucket-rules.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** What can be read about the bucket in which backups lie. An absent member is not known; `unknown` says why. */
export interface DestinationFacts {
  bucket: string;
  /** Under which the backups lie; empty for the whole bucket. */
  prefix: string;
  exists: boolean;
  /** Whether the expected account owns the bucket. */
  owned?: boolean;
  versioned?: boolean;
  /** Whether Object Lock is on; backups then keep the bucket's default retention. */
  locked?: boolean;
  /** The enabled lifecycle rule that removes backups first, or moves them first to where they cannot be read at once; `false` for none. */
  expires?: Expiry | false;
  /**
   * Whether the bucket's policy or access list lets everybody in, and no block of the bucket's keeps them out. A block of its whole account,
   * which is not looked at, may do so all the same.
   */
  openToEverybody?: boolean;
  /** `denied` where the bucket's policy plainly refuses every write; whether a write succeeds is told by writing alone. */
  writable: "unknown" | "denied";
  /** Permissions that are missing for what is not known, such as `s3:GetLifecycleConfiguration`. */
  unknown: string[];
}

/** Whose backups a place is to hold. */
export interface Backups {
  /** The account that must own the bucket, 12 digits. */
  owner: string;
  /** Of the tables. */
  account: string;
  region: string;
}

/** Looks at the place of backups by reading alone. What the caller may not read is not known, which is no error. */
export async function inspectDestination(
  client: S3Client,
  uri: string,
  { owner, account, region }: Backups,
): Promise<DestinationFacts> {
  const { bucket: Bucket, key: prefix } = parseS3Uri(uri);
  const folder = `${prefix && `${prefix}/`}${account}/${region}/`;
  const facts: DestinationFacts = { bucket: Bucket, prefix, exists: true, writable: "unknown", unknown: [] };
  const expected = { Bucket, ExpectedBucketOwner: owner };
  /** The answer; `absent` for an error of that name; `undefined` where it may not be read. */
  const ask = async <T, A = T>(
    permission: string,
    call: () => Promise<T>,
    absent?: RegExp,
    nothing?: A,
  ): Promise<T | A | undefined> => {
    try {
      return await call();
    } catch (error) {
      if (absent?.test((error as Error).name)) return nothing;
      if (![403, 405, 501].includes(statusOf(error) ?? 0)) throw error;
      if (!facts.unknown.includes(permission)) facts.unknown.push(permission);
      return undefined;
    }
  };

  const head = await existing(() => client.send(new HeadBucketCommand(expected)));
  if (head === "absent") return { ...facts, exists: false };
  if (head === "denied") {
    // A bucket of somebody else answers like one that may not be looked at, unless the owner is left out of the question.
    const other = await existing(() => client.send(new HeadBucketCommand({ Bucket })));
    if (other === "absent") return { ...facts, exists: false };
    if (other === "denied") facts.unknown.push("s3:ListBucket");
    else return { ...facts, owned: false };
  } else facts.owned = true;

  const [versioning, lock, lifecycle, block, status, acl, policy] = await Promise.all([
    ask("s3:GetBucketVersioning", () => client.send(new GetBucketVersioningCommand(expected))),
    ask(
      "s3:GetBucketObjectLockConfiguration",
      () => client.send(new GetObjectLockConfigurationCommand(expected)),
      /^ObjectLockConfigurationNotFoundError$/,
      { ObjectLockConfiguration: undefined },
    ),
    ask(
      "s3:GetLifecycleConfiguration",
      () => client.send(new GetBucketLifecycleConfigurationCommand(expected)),
      /^NoSuchLifecycleConfiguration$/,
      { Rules: [] },
    ),
    ask(
      "s3:GetBucketPublicAccessBlock",
      () => client.send(new GetPublicAccessBlockCommand(expected)),
      /^NoSuchPublicAccessBlockConfiguration$/,
      { PublicAccessBlockConfiguration: undefined },
    ),
    ask(
      "s3:GetBucketPolicyStatus",
      () => client.send(new GetBucketPolicyStatusCommand(expected)),
      /^NoSuchBucketPolicy$/,
      { PolicyStatus: { IsPublic: false } },
    ),
    ask("s3:GetBucketAcl", () => client.send(new GetBucketAclCommand(expected))),
    ask("s3:GetBucketPolicy", () => client.send(new GetBucketPolicyCommand(expected)), /^NoSuchBucketPolicy$/, {
      Policy: undefined,
    }),
  ]);
  if (versioning) facts.versioned = versioning.Status === "Enabled";
  if (lock) facts.locked = lock.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
  if (lifecycle) facts.expires = expiryOf(lifecycle.Rules ?? [], folder) ?? false;
  const blocked = block?.PublicAccessBlockConfiguration;
  const byPolicy = blocked?.RestrictPublicBuckets ? false : status && Boolean(status.PolicyStatus?.IsPublic);
  const byAcl = blocked?.IgnorePublicAcls ? false : acl && isPublicAcl(acl.Grants ?? []);
  if (byPolicy || byAcl) facts.openToEverybody = true;
  else if (byPolicy === false && byAcl === false) facts.openToEverybody = false;
  const object = `arn:${partitionOf(await client.config.region())}:s3:::${Bucket}/${folder}x`;
  if (policy?.Policy && deniesWriting(policy.Policy, object)) facts.writable = "denied";
  return facts;
}

async function existing<T>(call: () => Promise<T>): Promise<T | "absent" | "denied"> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) === 404) return "absent";
    if (statusOf(error) === 403) return "denied";
    throw error;
  }
}
