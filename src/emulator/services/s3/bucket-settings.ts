import type * as S3 from "@aws-sdk/client-s3";
import { isPublic } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { bucketOf } from "./buckets.ts";
import { defaultMode } from "./lock.ts";

/** Returns a bucket's versioning; one that never had it has no status. */
export function GetBucketVersioning(
  input: S3.GetBucketVersioningCommandInput,
  context: Context,
): Partial<S3.GetBucketVersioningCommandOutput> {
  return { Status: bucketOf(context, input.Bucket).versioning };
}

/** Returns a bucket's lifecycle rules. */
export function GetBucketLifecycleConfiguration(
  input: S3.GetBucketLifecycleConfigurationCommandInput,
  context: Context,
): Partial<S3.GetBucketLifecycleConfigurationCommandOutput> {
  const { lifecycle = [], name } = bucketOf(context, input.Bucket);
  if (lifecycle.length === 0) {
    throw absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", name);
  }
  return {
    Rules: lifecycle.map(({ prefix, days, noncurrentDays }, index) => ({
      ID: `rule-${index + 1}`,
      Status: "Enabled",
      Filter: { Prefix: prefix },
      Expiration: days === undefined ? undefined : { Days: days },
      NoncurrentVersionExpiration: noncurrentDays === undefined ? undefined : { NoncurrentDays: noncurrentDays },
    })),
  };
}

/** Returns the whole block, as S3 gives it to each new bucket; an open bucket has none, which is an error. */
export function GetPublicAccessBlock(
  input: S3.GetPublicAccessBlockCommandInput,
  context: Context,
): Partial<S3.GetPublicAccessBlockCommandOutput> {
  const { open, name } = bucketOf(context, input.Bucket);
  if (open) {
    const message = "The public access block configuration was not found";
    throw absent("NoSuchPublicAccessBlockConfiguration", message, name);
  }
  return {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  };
}

/** Returns whether a bucket's policy lets everybody in. */
export function GetBucketPolicyStatus(
  input: S3.GetBucketPolicyStatusCommandInput,
  context: Context,
): Partial<S3.GetBucketPolicyStatusCommandOutput> {
  const { policy, name } = bucketOf(context, input.Bucket);
  if (policy === undefined) throw absent("NoSuchBucketPolicy", "The bucket policy does not exist", name);
  return { PolicyStatus: { IsPublic: isPublic(policy) } };
}

/** Returns what every bucket has: S3's own keys encrypt what does not ask for another encryption. */
export function GetBucketEncryption(
  input: S3.GetBucketEncryptionCommandInput,
  context: Context,
): Partial<S3.GetBucketEncryptionCommandOutput> {
  bucketOf(context, input.Bucket);
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
    },
  };
}

/** Returns a bucket's Object Lock with its default retention. */
export function GetObjectLockConfiguration(
  input: S3.GetObjectLockConfigurationCommandInput,
  context: Context,
): Partial<S3.GetObjectLockConfigurationCommandOutput> {
  const { lock, name } = bucketOf(context, input.Bucket);
  if (lock === undefined) {
    const message = "Object Lock configuration does not exist for this bucket";
    throw absent("ObjectLockConfigurationNotFoundError", message, name);
  }
  const Rule = { DefaultRetention: { Mode: defaultMode(lock), Days: lock.days } };
  return {
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: lock.days === undefined ? undefined : Rule },
  };
}

/** Returns what every new bucket has: its owner owns all objects, and ACLs count for nothing. */
export function GetBucketOwnershipControls(
  input: S3.GetBucketOwnershipControlsCommandInput,
  context: Context,
): Partial<S3.GetBucketOwnershipControlsCommandOutput> {
  bucketOf(context, input.Bucket);
  return { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } };
}

function absent(code: string, message: string, bucket: string): ServiceError {
  return new ServiceError(code, message, { status: 404, members: { BucketName: bucket } });
}
