import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { findTable, findTableByArn } from "./find.ts";
import type { Table, TableBucket } from "./table-model.ts";

/** Changes one kind of a table's maintenance; settings that are left out stay. */
export function PutTableMaintenanceConfiguration(
  input: S3Tables.PutTableMaintenanceConfigurationRequest,
  context: Context,
): void {
  const { table } = findTable(context, input);
  const type = input.type ?? "icebergCompaction";
  const settings = input.value?.settings;
  if (settings && !(type in settings)) {
    throw new ServiceError("BadRequestException", `The settings are not those of maintenance type ${type}.`);
  }
  table.maintenance[type] = { ...table.maintenance[type], ...input.value };
}

/** Returns a table's maintenance. */
export function GetTableMaintenanceConfiguration(
  input: S3Tables.GetTableMaintenanceConfigurationRequest,
  context: Context,
): S3Tables.GetTableMaintenanceConfigurationResponse {
  const { arn, maintenance } = findTable(context, input).table;
  return { tableARN: arn, configuration: maintenance };
}

/** Sets after how many days the records of an AWS managed table expire. */
export function PutTableRecordExpirationConfiguration(
  input: S3Tables.PutTableRecordExpirationConfigurationRequest,
  context: Context,
): void {
  const table = expiringTable(context, input.tableArn);
  const { status = "disabled", settings } = input.value ?? {};
  if (status === "enabled" && settings?.days === undefined) {
    throw new ServiceError("BadRequestException", "Enabled record expiration needs settings.days.");
  }
  table.recordExpiration = settings === undefined ? { status } : { status, settings };
  table.recordExpirationJob = { status: status === "enabled" ? "NotYetRun" : "Disabled" };
}

/** Returns when a table's records expire. */
export function GetTableRecordExpirationConfiguration(
  input: S3Tables.GetTableRecordExpirationConfigurationRequest,
  context: Context,
): S3Tables.GetTableRecordExpirationConfigurationResponse {
  return { configuration: expiringTable(context, input.tableArn).recordExpiration };
}

/** Returns what the last expiration removed. */
export function GetTableRecordExpirationJobStatus(
  input: S3Tables.GetTableRecordExpirationJobStatusRequest,
  context: Context,
): S3Tables.GetTableRecordExpirationJobStatusResponse {
  return expiringTable(context, input.tableArn).recordExpirationJob;
}

/** Records expire in tables that AWS fills only: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-record-expiration.html */
function expiringTable(context: Context, arn: string | undefined): Table {
  const { bucket, table }: { bucket: TableBucket; table: Table } = findTableByArn(context, arn);
  if (bucket.managed) return table;
  throw new ServiceError(
    "MethodNotAllowedException",
    "The requested operation is not allowed on this resource: record expiration is for AWS managed tables only.",
  );
}
