import type { IncomingMessage } from "node:http";

/**
 * S3's permissions for an operation where it is not simply one of its name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const actionsByOperation: Record<string, string[]> = {
  HeadBucket: ["ListBucket"],
  ListObjects: ["ListBucket"],
  ListObjectsV2: ["ListBucket"],
  ListObjectVersions: ["ListBucketVersions"],
  ListMultipartUploads: ["ListBucketMultipartUploads"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration"],
  GetBucketEncryption: ["GetEncryptionConfiguration"],
  GetPublicAccessBlock: ["GetBucketPublicAccessBlock"],
  GetObjectLockConfiguration: ["GetBucketObjectLockConfiguration"],
  HeadObject: ["GetObject"],
  GetObjectAttributes: ["GetObject", "GetObjectAttributes"],
  DeleteObjects: [],
  CopyObject: ["PutObject"],
  CreateMultipartUpload: ["PutObject"],
  UploadPart: ["PutObject"],
  UploadPartCopy: ["PutObject"],
  CompleteMultipartUpload: ["PutObject"],
  ListParts: ["ListMultipartUploadParts"],
};

/** Operations that take another permission for a version than for the current object. */
const versioned = new Set(["GetObject", "GetObjectAttributes", "GetObjectTagging", "DeleteObject"]);

/** Returns the permissions that an operation takes, `s3:PutObject` for example. DeleteObjects asks for each key's apart. */
export function actionsOf(operation: string, { request }: { request: IncomingMessage }): string[] {
  const isVersion = /[?&]versionId=/.test(request.url ?? "");
  const names = (actionsByOperation[operation] ?? [operation]).map((name) =>
    isVersion && versioned.has(name) ? name.replace(/^(GetObject|DeleteObject)/, "$1Version") : name,
  );
  if (names.includes("PutObject")) {
    if (request.headers["x-amz-tagging"] !== undefined) names.push("PutObjectTagging");
    if (request.headers["x-amz-object-lock-mode"] !== undefined) names.push("PutObjectRetention");
    if (request.headers["x-amz-object-lock-legal-hold"] !== undefined) names.push("PutObjectLegalHold");
  }
  return names.map((name) => `s3:${name}`);
}
