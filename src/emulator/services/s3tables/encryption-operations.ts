import type * as S3Tables from "@aws-sdk/client-s3tables";
import type { Context } from "../../world/handler.ts";
import { findBucket, findTable } from "./find.ts";

/** Returns the encryption that a bucket's tables get unless they ask for another. */
export function GetTableBucketEncryption(
  input: S3Tables.GetTableBucketEncryptionRequest,
  context: Context,
): S3Tables.GetTableBucketEncryptionResponse {
  return { encryptionConfiguration: findBucket(context, input.tableBucketARN).encryption };
}

/** Returns a table's encryption, which never changes. */
export function GetTableEncryption(
  input: S3Tables.GetTableEncryptionRequest,
  context: Context,
): S3Tables.GetTableEncryptionResponse {
  return { encryptionConfiguration: findTable(context, input).table.encryption };
}
