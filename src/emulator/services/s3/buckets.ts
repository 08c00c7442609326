import { partitionOf } from "../../world/partition.ts";
import type * as S3 from "@aws-sdk/client-s3";
import { pageOf } from "../../world/pages.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Bucket } from "../../world/world.ts";
import { contentsOf, dropContents } from "./object-store.ts";
import { openBucket } from "./open-bucket.ts";
import { parsePolicy } from "./policy-text.ts";

/** Lists the caller's buckets of all Regions. */
export function ListBuckets(
  input: S3.ListBucketsCommandInput,
  { world, account }: Context,
): Partial<S3.ListBucketsCommandOutput> {
  const listed = [...world.buckets.values()]
    .filter((bucket) => bucket.account === account && bucket.name.startsWith(input.Prefix ?? ""))
    .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion);
  const { page, next } = pageOf(listed, {
    token: input.ContinuationToken,
    size: input.MaxBuckets ?? 10_000,
    key: ({ name }) => name,
    invalidToken: () =>
      new ServiceError("InvalidArgument", "The continuation token provided is incorrect", {
        members: { ArgumentName: "continuation-token" },
      }),
  });
  return {
    Buckets: page.map(({ name, createdAt, region }) => ({
      Name: name,
      CreationDate: createdAt,
      BucketRegion: region,
      BucketArn: `arn:${partitionOf(region)}:s3:::${name}`,
    })),
    Owner: { ID: canonicalId(account) },
    Prefix: input.Prefix,
    ContinuationToken: next,
  };
}

/** Creates a bucket in the Region of the request. */
export function CreateBucket(
  input: S3.CreateBucketCommandInput,
  { world, account, region }: Context,
): Partial<S3.CreateBucketCommandOutput> {
  const name = input.Bucket ?? "";
  checkName(name);
  const constraint = input.CreateBucketConfiguration?.LocationConstraint;
  if (constraint !== undefined && constraint !== region && !(constraint === "EU" && region === "eu-west-1")) {
    throw new ServiceError(
      "IllegalLocationConstraintException",
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  const existing = world.buckets.get(name);
  // In us-east-1 S3 answers the owner's second CreateBucket with success.
  if (existing && existing.account === account && !(existing.region === "us-east-1" && region === "us-east-1")) {
    throw new ServiceError(
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      { status: 409, members: { BucketName: name } },
    );
  }
  if (existing && existing.account !== account) {
    throw new ServiceError(
      "BucketAlreadyExists",
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
      { status: 409, members: { BucketName: name } },
    );
  }
  const locks = input.ObjectLockEnabledForBucket === true && { versioning: "Enabled" as const, lock: {} };
  if (!existing) world.buckets.set(name, { name, account, region, createdAt: world.clock.now(), ...locks });
  return { Location: `/${name}` };
}

/** Returns a bucket's Region. */
export function HeadBucket(input: S3.HeadBucketCommandInput, context: Context): Partial<S3.HeadBucketCommandOutput> {
  const bucket = bucketOf(context, input.Bucket);
  return { BucketRegion: bucket.region, BucketArn: `arn:${partitionOf(bucket.region)}:s3:::${bucket.name}` };
}

/** Deletes an empty bucket. */
export function DeleteBucket(input: S3.DeleteBucketCommandInput, context: Context): void {
  const bucket = bucketOf(context, input.Bucket);
  const { objects, versions } = contentsOf(context.world, bucket.name);
  if (objects.size + versions.size > 0) {
    throw new ServiceError("BucketNotEmpty", "The bucket you tried to delete is not empty", {
      status: 409,
      members: { BucketName: bucket.name },
    });
  }
  context.world.buckets.delete(bucket.name);
  dropContents(context.world, bucket.name);
}

/** Returns a bucket's Region as a location constraint. */
export function GetBucketLocation(
  input: S3.GetBucketLocationCommandInput,
  context: Context,
): Partial<S3.GetBucketLocationCommandOutput> {
  const { region } = bucketOf(context, input.Bucket);
  // us-east-1 has no location constraint, and S3 tells it by an empty element.
  return { LocationConstraint: (region === "us-east-1" ? undefined : region) as S3.BucketLocationConstraint };
}

/** Returns the one grant that a bucket with disabled ACLs has: its owner's. */
export function GetBucketAcl(
  input: S3.GetBucketAclCommandInput,
  context: Context,
): Partial<S3.GetBucketAclCommandOutput> {
  const ID = canonicalId(bucketOf(context, input.Bucket).account);
  return { Owner: { ID }, Grants: [{ Grantee: { Type: "CanonicalUser", ID }, Permission: "FULL_CONTROL" }] };
}

/** Returns a bucket's policy. */
export function GetBucketPolicy(
  input: S3.GetBucketPolicyCommandInput,
  context: Context,
): Partial<S3.GetBucketPolicyCommandOutput> {
  const { policy, name } = bucketOf(context, input.Bucket);
  if (policy) return { Policy: JSON.stringify(policy) };
  throw new ServiceError("NoSuchBucketPolicy", "The bucket policy does not exist", {
    status: 404,
    members: { BucketName: name },
  });
}

/** Sets a bucket's policy. */
export function PutBucketPolicy(input: S3.PutBucketPolicyCommandInput, context: Context): void {
  const bucket = bucketOf(context, input.Bucket);
  const policy = parsePolicy(input.Policy ?? "");
  if ("problem" in policy) throw new ServiceError("MalformedPolicy", policy.problem);
  bucket.policy = policy;
}

/** Removes a bucket's policy. */
export function DeleteBucketPolicy(input: S3.DeleteBucketPolicyCommandInput, context: Context): void {
  delete bucketOf(context, input.Bucket).policy;
}

/** Returns the canonical id of an account: S3 names it by 64 hexadecimal digits, which on AWS have nothing to do with its number. */
export function canonicalId(account: string): string {
  return account.repeat(6).slice(0, 64).padEnd(64, "0");
}

/** Returns the bucket that a request is about. A table's warehouse has no operations on buckets. */
export function bucketOf(context: Context, name: string | undefined): Bucket {
  const { bucket } = openBucket(context, name);
  if (bucket) return bucket;
  throw new TypeError(`${context.operation} came through to a table's warehouse`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(name: string): void {
  const reserved = /^(xn--|sthree-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (wellFormed && !reserved) return;
  throw new ServiceError("InvalidBucketName", "The specified bucket is not valid.", { members: { BucketName: name } });
}
