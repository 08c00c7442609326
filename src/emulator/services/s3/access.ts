import { allows } from "../../policy.ts";
import { ServiceError } from "../../service.ts";
import type { Bucket, Context } from "../../service.ts";
import { expectedOwner } from "./request-headers.ts";

/** S3's permission for an operation where it is not simply its name. */
const ACTIONS: Record<string, string> = {
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListMultipartUploads: "ListBucketMultipartUploads",
  HeadObject: "GetObject",
  GetObjectAttributes: "GetObject",
  DeleteObjects: "DeleteObject",
  CopyObject: "PutObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  UploadPartCopy: "PutObject",
  CompleteMultipartUpload: "PutObject",
  AbortMultipartUpload: "AbortMultipartUpload",
  ListParts: "ListMultipartUploadParts",
};

/** In a world without a seed a bucket comes into being when somebody writes to it. */
const MAKING = new Set(["PutObject", "CreateMultipartUpload", "CopyObject", "PutBucketPolicy"]);

/**
 * The bucket that a request names, if its caller may do this there: the owner's account always, another account as far
 * as the bucket's policy allows it.
 */
export function authorize(context: Context, name: string, key?: string, operation = context.operation): Bucket {
  const bucket = context.world.buckets.get(name) ?? openBucket(context, name, operation);
  if (!bucket) throw noSuchBucket(name);
  if ((expectedOwner(context, operation) ?? bucket.account) !== bucket.account) throw accessDenied();
  if (!mayUse(context, bucket, key, operation)) throw accessDenied();
  if (bucket.region !== context.region) throw redirect(bucket);
  return bucket;
}

function noSuchBucket(name: string): ServiceError {
  return new ServiceError("NoSuchBucket", "The specified bucket does not exist", {
    status: 404,
    members: { BucketName: name },
  });
}

export function accessDenied(): ServiceError {
  return new ServiceError("AccessDenied", "Access Denied", { status: 403 });
}

function openBucket({ world, account, region }: Context, name: string, operation: string): Bucket | undefined {
  if (!world.open || !MAKING.has(operation)) return undefined;
  const bucket: Bucket = { name, account, region, createdAt: world.clock.now() };
  world.buckets.set(name, bucket);
  return bucket;
}

function mayUse(context: Context, bucket: Bucket, key: string | undefined, operation: string): boolean {
  if (bucket.account === context.account || context.world.open) return true;
  const arn = `arn:aws:s3:::${bucket.name}`;
  const access = {
    action: `s3:${ACTIONS[operation] ?? operation}`,
    resource: key === undefined ? arn : `${arn}/${key}`,
    context: conditionKeys(context),
  };
  return [context.account, context.principal].some((name) =>
    allows(bucket.policy, { ...access, principal: ["AWS", name] }),
  );
}

function conditionKeys({ account, principal, request, world }: Context): Record<string, string> {
  const keys: Record<string, string> = { "aws:principalaccount": account, "aws:principalarn": principal };
  if (world.seed.organization && account in world.seed.accounts) {
    keys["aws:principalorgid"] = world.seed.organization.id;
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith("x-amz-") && typeof value === "string") keys[`s3:${name}`] = value;
  }
  return keys;
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
