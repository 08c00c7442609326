import type * as S3Tables from "@aws-sdk/client-s3tables";
import type { Context } from "../../world/handler.ts";
import { checkEncryption, DEFAULT_ENCRYPTION } from "./encryption.ts";
import { findBucket, findTable, refuseManaged } from "./find.ts";

export function PutTableBucketEncryption(input: S3Tables.PutTableBucketEncryptionRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  bucket.encryption = checkEncryption(input.encryptionConfiguration);
}

export function GetTableBucketEncryption(
  input: S3Tables.GetTableBucketEncryptionRequest,
  context: Context,
): S3Tables.GetTableBucketEncryptionResponse {
  return { encryptionConfiguration: findBucket(context, input.tableBucketARN).encryption };
}

export function DeleteTableBucketEncryption(
  input: S3Tables.DeleteTableBucketEncryptionRequest,
  context: Context,
): void {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  bucket.encryption = DEFAULT_ENCRYPTION;
}

export function GetTableEncryption(
  input: S3Tables.GetTableEncryptionRequest,
  context: Context,
): S3Tables.GetTableEncryptionResponse {
  return { encryptionConfiguration: findTable(context, input).table.encryption };
}

export function PutTableBucketStorageClass(input: S3Tables.PutTableBucketStorageClassRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  bucket.storageClass = input.storageClassConfiguration?.storageClass ?? "STANDARD";
}

export function GetTableBucketStorageClass(
  input: S3Tables.GetTableBucketStorageClassRequest,
  context: Context,
): S3Tables.GetTableBucketStorageClassResponse {
  const { storageClass } = findBucket(context, input.tableBucketARN);
  return { storageClassConfiguration: { storageClass } };
}

export function GetTableStorageClass(
  input: S3Tables.GetTableStorageClassRequest,
  context: Context,
): S3Tables.GetTableStorageClassResponse {
  const { storageClass } = findTable(context, input).table;
  return { storageClassConfiguration: { storageClass } };
}
