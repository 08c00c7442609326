import { partitionOf } from "../../world/partition.ts";
import { openDelivery } from "../../world/bucket-policies.ts";
import { allows, denies } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Bucket } from "../../world/world.ts";
import { callerKeys, checkIdentityPolicy, notAuthorized, principalOf } from "../caller.ts";
import { contentsOf } from "./object-store.ts";
import { actionsOf } from "./actions.ts";
import { expectedOwner } from "./request-headers.ts";

/**
 * In a world without a seed a bucket comes into being when somebody writes to it, or asks for it before something is delivered to it: every
 * bucket takes Systems Manager's delivery there.
 */
const makingOperations = new Set([
  "PutObject",
  "CreateMultipartUpload",
  "CopyObject",
  "PutBucketPolicy",
  "HeadBucket",
  "GetBucketPolicy",
]);

/**
 * Returns the bucket that a request names, if its caller may do this there: callers of the owner's account unless a policy
 * denies it, those of another account as far as the bucket's policy allows it.
 */
export function authorize(context: Context, name: string, key?: string, operation = context.operation): Bucket {
  const bucket = context.world.buckets.get(name) ?? bucketOfOpenWorld(context, name, operation);
  if (!bucket) throw absentBucketError(name);
  checkOwner(context, bucket.account, operation);
  for (const action of actionsOf(operation, context)) checkAction(context, bucket, action, key);
  if (bucket.region !== context.region) throw redirect(bucket);
  return bucket;
}

/** Refuses a request that takes another account for the owner of what it names. */
export function checkOwner(context: Context, owner: string, operation = context.operation): void {
  if ((expectedOwner(context, operation) ?? owner) !== owner) throw accessDenied();
}

/** Refuses a caller whose own policy or the bucket's forbids the action, or does not allow it. */
export function checkAction(context: Context, bucket: Bucket, action: string, key?: string): void {
  const arn = `arn:${partitionOf(bucket.region)}:s3:::${bucket.name}`;
  const resource = key === undefined ? arn : `${arn}/${key}`;
  const keys = conditionKeys(context, bucket);
  const wanted = { action, resource, code: "AccessDenied", keys };
  checkIdentityPolicy(context, wanted);
  const access = { action, resource, principal: principalOf(context), context: { ...callerKeys(context), ...keys } };
  const isSameAccount = bucket.account === context.account;
  if (denies(bucket.policy, access)) {
    const reason = "with an explicit deny in a resource-based policy";
    throw isSameAccount ? accessDenied(notAuthorized(context, wanted, reason)) : accessDenied();
  }
  if (!isSameAccount && !context.world.open && !allows(bucket.policy, access)) throw accessDenied();
}

/** Returns S3's refusal; across accounts it tells nothing more. */
export function accessDenied(message = "Access Denied"): ServiceError {
  return new ServiceError("AccessDenied", message, { status: 403 });
}

function absentBucketError(name: string): ServiceError {
  return new ServiceError("NoSuchBucket", "The specified bucket does not exist", {
    status: 404,
    members: { BucketName: name },
  });
}

function bucketOfOpenWorld({ world, account, region }: Context, name: string, operation: string): Bucket | undefined {
  if (!world.open || !makingOperations.has(operation)) return undefined;
  const policy = openDelivery({ name, region });
  const bucket: Bucket = { name, account, region, policy, createdAt: world.clock.now() };
  world.buckets.set(name, bucket);
  return bucket;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
function conditionKeys(context: Context, bucket: Bucket): Record<string, string> {
  const { request } = context;
  const keys: Record<string, string> = {
    "aws:resourceaccount": bucket.account,
    "s3:resourceaccount": bucket.account,
    "s3:tlsversion": "1.3",
    ...uploadKeys(context, bucket),
  };
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith("x-amz-") && typeof value === "string") keys[`s3:${name}`] = value;
  }
  const query = new URLSearchParams(request.url?.split("?")[1]);
  for (const name of ["prefix", "delimiter", "max-keys"]) {
    const value = query.get(name);
    if (value !== null) keys[`s3:${name}`] = value;
  }
  return keys;
}

/** A part is encrypted as its upload says, and says nothing of it itself. */
function uploadKeys({ world, request }: Context, bucket: Bucket): Record<string, string> {
  const id = new URLSearchParams(request.url?.split("?")[1]).get("uploadId") ?? "";
  const upload = contentsOf(world, bucket.name).uploads.get(id);
  const { ServerSideEncryption, SSEKMSKeyId } = upload?.template.headers ?? {};
  return {
    ...(ServerSideEncryption && { "s3:x-amz-server-side-encryption": ServerSideEncryption }),
    ...(SSEKMSKeyId && { "s3:x-amz-server-side-encryption-aws-kms-key-id": SSEKMSKeyId }),
  };
}

/** S3 answers a request to another Region than the bucket's with the Region to use, which clients may follow. */
function redirect(bucket: Bucket): ServiceError {
  return new ServiceError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    {
      status: 301,
      members: { Bucket: bucket.name, Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com` },
      headers: { "x-amz-bucket-region": bucket.region },
    },
  );
}
