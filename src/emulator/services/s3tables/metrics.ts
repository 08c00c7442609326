import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { findBucket } from "./find.ts";

export function PutTableBucketMetricsConfiguration(
  input: S3Tables.PutTableBucketMetricsConfigurationRequest,
  context: Context,
): void {
  const bucket = findBucket(context, input.tableBucketARN);
  bucket.metricsId ??= context.world.ids.uuid();
}

export function GetTableBucketMetricsConfiguration(
  input: S3Tables.GetTableBucketMetricsConfigurationRequest,
  context: Context,
): S3Tables.GetTableBucketMetricsConfigurationResponse {
  const { arn, metricsId } = findBucket(context, input.tableBucketARN);
  if (metricsId !== undefined) return { tableBucketARN: arn, id: metricsId };
  throw new ServiceError("NotFoundException", "The specified metrics configuration does not exist.");
}

export function DeleteTableBucketMetricsConfiguration(
  input: S3Tables.DeleteTableBucketMetricsConfigurationRequest,
  context: Context,
): void {
  delete findBucket(context, input.tableBucketARN).metricsId;
}
