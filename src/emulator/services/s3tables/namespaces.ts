import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { findBucket, findNamespace, refuseManaged, refuseManagedDelete } from "./find.ts";
import { listingPage } from "./listing.ts";
import { checkTableName } from "./names.ts";
import type { Namespace, TableBucket } from "./table-model.ts";

/** Creates a namespace in a table bucket. */
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

/** Returns one namespace. */
export function GetNamespace(input: S3Tables.GetNamespaceRequest, context: Context): S3Tables.GetNamespaceResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  return describeNamespace(bucket, findNamespace(bucket, input.namespace));
}

/** Lists a table bucket's namespaces. */
export function ListNamespaces(
  input: S3Tables.ListNamespacesRequest,
  context: Context,
): S3Tables.ListNamespacesResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  const { items, continuationToken } = listingPage(bucket.namespaces.values(), ({ name }) => name, {
    ...input,
    size: input.maxNamespaces,
  });
  return { namespaces: items.map((namespace) => describeNamespace(bucket, namespace)), continuationToken };
}

/** Deletes a namespace without tables. */
export function DeleteNamespace(input: S3Tables.DeleteNamespaceRequest, context: Context): void {
  const bucket = findBucket(context, input.tableBucketARN);
  const namespace = findNamespace(bucket, input.namespace);
  refuseManagedDelete(context.world, bucket);
  if ([...bucket.tables.values()].some((table) => table.namespace === namespace.name)) {
    throw new ServiceError("ConflictException", "The namespace is not empty.");
  }
  bucket.namespaces.delete(namespace.name);
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
