import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { World } from "../../world/world.ts";
import { findBucket, findTableByArn, refuseManaged } from "./find.ts";
import type { Replication } from "./table-model.ts";
import { checkVersion, newVersionToken } from "./table-store.ts";

/** What is configured is kept and told; no replica is ever made. */

export function PutTableBucketReplication(
  input: S3Tables.PutTableBucketReplicationRequest,
  context: Context,
): S3Tables.PutTableBucketReplicationResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  bucket.replication = replaced(context.world, bucket.replication, input);
  return { versionToken: bucket.replication.versionToken, status: "enabled" };
}

export function GetTableBucketReplication(
  input: S3Tables.GetTableBucketReplicationRequest,
  context: Context,
): S3Tables.GetTableBucketReplicationResponse {
  return configured(findBucket(context, input.tableBucketARN).replication);
}

export function DeleteTableBucketReplication(
  input: S3Tables.DeleteTableBucketReplicationRequest,
  context: Context,
): void {
  const bucket = findBucket(context, input.tableBucketARN);
  checkVersion(configured(bucket.replication).versionToken, input.versionToken);
  delete bucket.replication;
}

export function PutTableReplication(
  input: S3Tables.PutTableReplicationRequest,
  context: Context,
): S3Tables.PutTableReplicationResponse {
  const { bucket, table } = findTableByArn(context, input.tableArn);
  refuseManaged(bucket);
  table.replication = replaced(context.world, table.replication, input);
  return { versionToken: table.replication.versionToken, status: "enabled" };
}

export function GetTableReplication(
  input: S3Tables.GetTableReplicationRequest,
  context: Context,
): S3Tables.GetTableReplicationResponse {
  return configured(findTableByArn(context, input.tableArn).table.replication);
}

export function DeleteTableReplication(input: S3Tables.DeleteTableReplicationRequest, context: Context): void {
  const { table } = findTableByArn(context, input.tableArn);
  checkVersion(configured(table.replication).versionToken, input.versionToken);
  delete table.replication;
}

export function GetTableReplicationStatus(
  input: S3Tables.GetTableReplicationStatusRequest,
  context: Context,
): S3Tables.GetTableReplicationStatusResponse {
  const { table } = findTableByArn(context, input.tableArn);
  const rules = configured(table.replication).configuration.rules ?? [];
  return {
    sourceTableArn: table.arn,
    destinations: rules
      .flatMap((rule) => rule.destinations ?? [])
      .map(({ destinationTableBucketARN }) => ({
        replicationStatus: "pending",
        destinationTableBucketArn: destinationTableBucketARN,
      })),
  };
}

function replaced<C>(
  world: World,
  current: Replication<C> | undefined,
  input: { versionToken?: string | undefined; configuration: C | undefined },
): Replication<C> {
  if (current) checkVersion(current.versionToken, input.versionToken);
  return { versionToken: newVersionToken(world), configuration: input.configuration as C };
}

function configured<C>(replication: Replication<C> | undefined): Replication<C> {
  if (replication) return replication;
  throw new ServiceError("NotFoundException", "The specified replication configuration does not exist.");
}
