import type { Handlers } from "../../world/handler.ts";
import * as bucketSettings from "./bucket-settings.ts";
import * as buckets from "./buckets.ts";
import * as copyObject from "./copy-object.ts";
import * as deleteObjects from "./delete-objects.ts";
import * as getObject from "./get-object.ts";
import * as listObjects from "./list-objects.ts";
import * as listUploads from "./list-uploads.ts";
import * as listVersions from "./list-versions.ts";
import * as multipartUpload from "./multipart-upload.ts";
import * as putObject from "./put-object.ts";
import * as tagging from "./tagging.ts";
import * as uploadPart from "./upload-part.ts";

/** Amazon S3: buckets, objects and multipart uploads, and the object plane of S3 Tables' warehouses. */
export const handlers = {
  ListBuckets: buckets.ListBuckets,
  CreateBucket: buckets.CreateBucket,
  HeadBucket: buckets.HeadBucket,
  DeleteBucket: buckets.DeleteBucket,
  GetBucketLocation: buckets.GetBucketLocation,
  GetBucketAcl: buckets.GetBucketAcl,
  GetBucketPolicy: buckets.GetBucketPolicy,
  PutBucketPolicy: buckets.PutBucketPolicy,
  DeleteBucketPolicy: buckets.DeleteBucketPolicy,
  GetBucketVersioning: bucketSettings.GetBucketVersioning,
  GetBucketLifecycleConfiguration: bucketSettings.GetBucketLifecycleConfiguration,
  GetPublicAccessBlock: bucketSettings.GetPublicAccessBlock,
  GetBucketPolicyStatus: bucketSettings.GetBucketPolicyStatus,
  GetBucketEncryption: bucketSettings.GetBucketEncryption,
  GetObjectLockConfiguration: bucketSettings.GetObjectLockConfiguration,
  GetBucketOwnershipControls: bucketSettings.GetBucketOwnershipControls,
  PutObject: putObject.PutObject,
  GetObject: getObject.GetObject,
  HeadObject: getObject.HeadObject,
  GetObjectAttributes: getObject.GetObjectAttributes,
  DeleteObject: deleteObjects.DeleteObject,
  DeleteObjects: deleteObjects.DeleteObjects,
  CopyObject: copyObject.CopyObject,
  GetObjectTagging: tagging.GetObjectTagging,
  PutObjectTagging: tagging.PutObjectTagging,
  ListObjects: listObjects.ListObjects,
  ListObjectsV2: listObjects.ListObjectsV2,
  ListObjectVersions: listVersions.ListObjectVersions,
  CreateMultipartUpload: multipartUpload.CreateMultipartUpload,
  CompleteMultipartUpload: multipartUpload.CompleteMultipartUpload,
  AbortMultipartUpload: multipartUpload.AbortMultipartUpload,
  UploadPart: uploadPart.UploadPart,
  UploadPartCopy: uploadPart.UploadPartCopy,
  ListParts: listUploads.ListParts,
  ListMultipartUploads: listUploads.ListMultipartUploads,
} satisfies Handlers;
