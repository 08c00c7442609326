import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { World } from "../../world/world.ts";
import { dropContents } from "../s3/object-store.ts";
import { checkEncryption } from "./encryption.ts";
import { findBucket, findNamespace, findTable, findTableByArn, refuseManaged } from "./find.ts";
import { listingPage } from "./listing.ts";
import { refuseUnsupportedSettings } from "./unsupported-settings.ts";
import { checkMetadataLocation, putInitialMetadata } from "./metadata-location.ts";
import { checkTableName } from "./names.ts";
import type { Table, TableBucket } from "./table-model.ts";
import { addTable, checkVersion, markChanged, typeOf } from "./table-store.ts";

/** Creates a table, with a first metadata file where a schema is given. */
export function CreateTable(input: S3Tables.CreateTableRequest, context: Context): S3Tables.CreateTableResponse {
  const { world, account } = context;
  const bucket = findBucket(context, input.tableBucketARN);
  refuseManaged(bucket);
  const namespace = findNamespace(bucket, input.namespace).name;
  const name = input.name ?? "";
  checkTableName(name, "table");
  refuseTaken(bucket, namespace, name);
  refuseUnsupportedSettings(input);
  const table = addTable(world, bucket, {
    namespace,
    name,
    encryption: checkEncryption(input.encryptionConfiguration, bucket.encryption),
    createdBy: account,
    readOnly: false,
  });
  if (input.metadata?.iceberg) putInitialMetadata(world, table, input.metadata.iceberg);
  return { tableARN: table.arn, versionToken: table.versionToken };
}

/** Returns one table, by its ARN or by its bucket, namespace and name. */
export function GetTable(input: S3Tables.GetTableRequest, context: Context): S3Tables.GetTableResponse {
  const byName = [input.tableBucketARN, input.namespace, input.name];
  if (input.tableArn !== undefined ? byName.some(Boolean) : !byName.every(Boolean)) {
    throw new ServiceError(
      "BadRequestException",
      "Specify either tableArn, or all of tableBucketARN, namespace and name.",
    );
  }
  const { bucket, table } =
    input.tableArn === undefined ? findTable(context, input) : findTableByArn(context, input.tableArn);
  return {
    ...summary(context.world, bucket, table),
    versionToken: table.versionToken,
    metadataLocation: table.metadataLocation,
    warehouseLocation: table.warehouseLocation,
    createdBy: table.createdBy,
    modifiedBy: table.modifiedBy,
    ownerAccountId: bucket.owner,
    format: "ICEBERG",
  };
}

/** Lists a bucket's tables, or those of a namespace. */
export function ListTables(input: S3Tables.ListTablesRequest, context: Context): S3Tables.ListTablesResponse {
  const bucket = findBucket(context, input.tableBucketARN);
  if (input.namespace !== undefined) findNamespace(bucket, input.namespace);
  const tables = [...bucket.tables.values()].filter(
    (table) => input.namespace === undefined || table.namespace === input.namespace,
  );
  // The prefix is of the table's name; without a namespace several tables may share a name.
  const { items, continuationToken } = listingPage(
    tables.filter((table) => table.name.startsWith(input.prefix ?? "")),
    (table) => `${table.name} ${table.namespace}`,
    { continuationToken: input.continuationToken, size: input.maxTables },
  );
  return { tables: items.map((table) => summary(context.world, bucket, table)), continuationToken };
}

/** Deletes a table for good: the one write that AWS allows, and documents, on the export's table. */
export function DeleteTable(input: S3Tables.DeleteTableRequest, context: Context): void {
  const { bucket, table } = findTable(context, input);
  checkVersion(table.versionToken, input.versionToken);
  bucket.tables.delete(`${table.namespace}.${table.name}`);
  dropContents(context.world, table.warehouseLocation.slice("s3://".length));
}

/** Gives a table another name or namespace. */
export function RenameTable(input: S3Tables.RenameTableRequest, context: Context): void {
  const { bucket, table } = findTable(context, input);
  refuseManaged(bucket);
  if (input.newName === undefined && input.newNamespaceName === undefined) {
    throw new ServiceError("BadRequestException", "Specify newName, newNamespaceName, or both.");
  }
  checkVersion(table.versionToken, input.versionToken);
  const name = input.newName ?? table.name;
  const namespace = findNamespace(bucket, input.newNamespaceName ?? table.namespace).name;
  checkTableName(name, "table");
  refuseTaken(bucket, namespace, name);
  bucket.tables.delete(`${table.namespace}.${table.name}`);
  Object.assign(table, { name, namespace });
  bucket.tables.set(`${namespace}.${name}`, table);
  markChanged(context.world, table, context.account);
}

/** Returns where a table's current metadata file is. */
export function GetTableMetadataLocation(
  input: S3Tables.GetTableMetadataLocationRequest,
  context: Context,
): S3Tables.GetTableMetadataLocationResponse {
  const { versionToken, metadataLocation, warehouseLocation } = findTable(context, input).table;
  return { versionToken, metadataLocation, warehouseLocation };
}

/** Commits a metadata file that a writer has put into the warehouse. */
export async function UpdateTableMetadataLocation(
  input: S3Tables.UpdateTableMetadataLocationRequest,
  context: Context,
): Promise<S3Tables.UpdateTableMetadataLocationResponse> {
  const { bucket, table } = findTable(context, input);
  refuseManaged(bucket);
  await checkMetadataLocation(context.world, table, input.metadataLocation ?? "");
  // Checked last: another commit may have come while the metadata was read.
  checkVersion(table.versionToken, input.versionToken);
  table.metadataLocation = input.metadataLocation;
  markChanged(context.world, table, context.account);
  const { name, arn, namespace, versionToken, metadataLocation } = table;
  return { name, tableARN: arn, namespace: [namespace], versionToken, metadataLocation };
}

function summary(world: World, bucket: TableBucket, table: Table): S3Tables.TableSummary {
  const managedBy = world.quirk("s3tables-managed-by");
  return {
    namespace: [table.namespace],
    name: table.name,
    type: typeOf(world, bucket),
    tableARN: table.arn,
    createdAt: table.createdAt,
    modifiedAt: table.modifiedAt,
    managedByService: bucket.managed && managedBy !== "absent" ? managedBy : undefined,
    namespaceId: bucket.namespaces.get(table.namespace)?.id,
    tableBucketId: bucket.id,
  };
}

function refuseTaken(bucket: TableBucket, namespace: string, name: string): void {
  if (!bucket.tables.has(`${namespace}.${name}`)) return;
  throw new ServiceError("ConflictException", "A table with an identical name already exists in the namespace.");
}
