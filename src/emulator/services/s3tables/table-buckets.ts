import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../service.ts";
import type { Context, World } from "../../service.ts";
import { checkEncryption } from "./encryption.ts";
import { findBucket, findNamespace, refuseManaged } from "./find.ts";
import { listed } from "./listing.ts";
import type { Namespace, TableBucket } from "./table-store.ts";
import { addTableBucket, tableBucketsOf } from "./table-store.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-regions-quotas.html */
const MOST_BUCKETS = 10;

export function CreateTableBucket(
  input: S3Tables.CreateTableBucketRequest,
  { world, account, region }: Context,
): S3Tables.CreateTableBucketResponse {
  const name = input.name ?? "";
  checkBucketName(name);
  const own = tableBucketsOf(world, account, region);
  if (own.has(name)) {
    throw new ServiceError("ConflictException", "The bucket that you tried to create already exists, and you own it.");
  }
  const counted = [...own.values()].filter(
    ({ managed }) => !managed || world.quirk("s3tables-managed-quota") === "counted",
  );
  if (counted.length >= MOST_BUCKETS) {
    throw new ServiceError(
      "BadRequestException",
      `You have attempted to create more table buckets than allowed: ${MOST_BUCKETS} per account and Region.`,
    );
  }
  const bucket = addTableBucket(
    world,
    { account, region },
    {
      name,
      encryption: checkEncryption(input.encryptionConfiguration),
      storageClass: input.storageClassConfiguration?.storageClass ?? "STANDARD",
      managed: false,
    },
  );
  bucket.tags = new Map(Object.entries(input.tags ?? {}));
  return { arn: bucket.arn };
}

export function ListTableBuckets(
  input: S3Tables.ListTableBucketsRequest,
  { world, account, region }: Context,
): S3Tables.ListTableBucketsResponse {
  const own = [...tableBucketsOf(world, account, region).values()];
  const { items, continuationToken } = listed(
    own.filter((bucket) => input.type === undefined || typeOf(world, bucket) === input.type),
    ({ name }) => name,
    { ...input, size: input.maxBuckets },
  );
  return { tableBuckets: items.map((bucket) => describe(world, bucket)), continuationToken };
}

export function GetTableBucket(
  input: S3Tables.GetTableBucketRequest,
  context: Context,
): S3Tables.GetTableBucketResponse {
  return describe(context.world, findBucket(context, input.tableBucketARN));
}

export function DeleteTableBucket(input: S3Tables.DeleteTableBucketRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManagedDelete(context.world, bucket);
  if (bucket.namespaces.size > 0) throw new ServiceError("ConflictException", "The bucket is not empty.");
  tableBucketsOf(context.world, bucket.owner, bucket.region).delete(bucket.name);
}

export function CreateNamespace(
  input: S3Tables.CreateNamespaceRequest,
  context: Context,
): S3Tables.CreateNamespaceResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  const name = input.namespace?.[0] ?? "";
  checkTableName(name, "namespace");
  if (name.startsWith("aws")) throw new ServiceError("BadRequestException", "The namespace prefix aws is reserved.");
  if (bucket.namespaces.has(name)) {
    throw new ServiceError("ConflictException", "A namespace with an identical name already exists in the bucket.");
  }
  bucket.namespaces.set(name, {
    name,
    id: context.world.ids.uuid(),
    createdAt: context.world.clock.now(),
    createdBy: context.account,
  });
  return { tableBucketARN: bucket.arn, namespace: [name] };
}

export function GetNamespace(input: S3Tables.GetNamespaceRequest, context: Context): S3Tables.GetNamespaceResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  return describeNamespace(bucket, findNamespace(bucket, input.namespace));
}

export function ListNamespaces(
  input: S3Tables.ListNamespacesRequest,
  context: Context,
): S3Tables.ListNamespacesResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  const { items, continuationToken } = listed(bucket.namespaces.values(), ({ name }) => name, {
    ...input,
    size: input.maxNamespaces,
  });
  return { namespaces: items.map((namespace) => describeNamespace(bucket, namespace)), continuationToken };
}

export function DeleteNamespace(input: S3Tables.DeleteNamespaceRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  const namespace = findNamespace(bucket, input.namespace);
  refuseManagedDelete(context.world, bucket);
  if ([...bucket.tables.values()].some((table) => table.namespace === namespace.name)) {
    throw new ServiceError("ConflictException", "The namespace is not empty.");
  }
  bucket.namespaces.delete(namespace.name);
}

/** `aws` or `customer`, for buckets and tables alike: how AWS classes the export's is undocumented. */
export function typeOf(world: World, { managed }: TableBucket): S3Tables.TableBucketType {
  return managed && world.quirk("s3tables-export-bucket-type") === "aws" ? "aws" : "customer";
}

/** Names of namespaces and tables begin and end with a letter or digit. */
export function checkTableName(name: string, kind: "namespace" | "table"): void {
  if (/^[0-9a-z]([0-9a-z_]*[0-9a-z])?$/.test(name)) return;
  throw new ServiceError("BadRequestException", `The specified ${kind} name is not valid.`);
}

function describe(world: World, bucket: TableBucket): S3Tables.TableBucketSummary {
  const { arn, name, owner, createdAt, id } = bucket;
  return { arn, name, ownerAccountId: owner, createdAt, tableBucketId: id, type: typeOf(world, bucket) };
}

function describeNamespace(bucket: TableBucket, { name, id, createdAt, createdBy }: Namespace) {
  return {
    namespace: [name],
    createdAt,
    createdBy,
    ownerAccountId: bucket.owner,
    namespaceId: id,
    tableBucketId: bucket.id,
  };
}

function refuseManagedDelete(world: World, bucket: TableBucket): void {
  if (world.quirk("s3tables-managed-delete") === "refuse") refuseManaged(bucket);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-buckets-naming.html */
function checkBucketName(name: string): void {
  const wellFormed = /^[0-9a-z][0-9a-z-]*[0-9a-z]$/.test(name);
  const reserved = /^(xn--|sthree-|amzn-s3-demo|aws)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(name);
  if (wellFormed && !reserved) return;
  throw new ServiceError("BadRequestException", "The specified bucket name is not valid.");
}
