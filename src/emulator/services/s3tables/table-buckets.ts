import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { World } from "../../world/world.ts";
import { checkEncryption } from "./encryption.ts";
import { findBucket, refuseManagedDelete } from "./find.ts";
import { listingPage } from "./listing.ts";
import { checkBucketName } from "./names.ts";
import type { TableBucket } from "./table-model.ts";
import { refuseUnsupportedSettings } from "./unsupported-settings.ts";
import { addTableBucket, tableBucketsOf, typeOf } from "./table-store.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-regions-quotas.html */
const mostBuckets = 10;

/** Creates a table bucket, up to the quota of an account and Region. */
export function CreateTableBucket(
  input: S3Tables.CreateTableBucketRequest,
  { world, account, region }: Context,
): S3Tables.CreateTableBucketResponse {
  const name = input.name ?? "";
  checkBucketName(name);
  refuseUnsupportedSettings(input);
  const buckets = tableBucketsOf(world, account, region);
  if (buckets.has(name)) {
    throw new ServiceError("ConflictException", "The bucket that you tried to create already exists, and you own it.");
  }
  const counted = [...buckets.values()].filter(
    ({ managed }) => !managed || world.quirk("s3tables-managed-quota") === "counted",
  );
  if (counted.length >= mostBuckets) {
    throw new ServiceError(
      "BadRequestException",
      `You have attempted to create more table buckets than allowed: ${mostBuckets} per account and Region.`,
    );
  }
  const bucket = addTableBucket(
    world,
    { account, region },
    {
      name,
      encryption: checkEncryption(input.encryptionConfiguration),
      managed: false,
    },
  );
  return { arn: bucket.arn };
}

/** Lists the table buckets of an account and Region. */
export function ListTableBuckets(
  input: S3Tables.ListTableBucketsRequest,
  { world, account, region }: Context,
): S3Tables.ListTableBucketsResponse {
  const buckets = [...tableBucketsOf(world, account, region).values()];
  const { items, continuationToken } = listingPage(
    buckets.filter((bucket) => input.type === undefined || typeOf(world, bucket) === input.type),
    ({ name }) => name,
    { ...input, size: input.maxBuckets },
  );
  return { tableBuckets: items.map((bucket) => describe(world, bucket)), continuationToken };
}

/** Returns one table bucket. */
export function GetTableBucket(
  input: S3Tables.GetTableBucketRequest,
  context: Context,
): S3Tables.GetTableBucketResponse {
  return describe(context.world, findBucket(context, input.tableBucketARN));
}

/** Deletes a table bucket without namespaces. */
export function DeleteTableBucket(input: S3Tables.DeleteTableBucketRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManagedDelete(context.world, bucket);
  if (bucket.namespaces.size > 0) throw new ServiceError("ConflictException", "The bucket is not empty.");
  tableBucketsOf(context.world, bucket.owner, bucket.region).delete(bucket.name);
}

function describe(world: World, bucket: TableBucket): S3Tables.TableBucketSummary {
  const { arn, name, owner, createdAt, id } = bucket;
  return { arn, name, ownerAccountId: owner, createdAt, tableBucketId: id, type: typeOf(world, bucket) };
}
