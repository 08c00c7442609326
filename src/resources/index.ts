export { AssetTable } from "./asset-table.ts";
export type { AssetTableArgs, AssetTableInputs } from "./asset-table.ts";
export { CatalogExport } from "./catalog-export.ts";
export type { CatalogExportArgs } from "./catalog-export.ts";
export type { ArgsOf, ConnectionInputs } from "./connection.ts";
export { DataExportConfiguration } from "./data-export-configuration.ts";
export type {
  DataExportConfigurationArgs,
  DataExportConfigurationInputs,
  Encryption,
} from "./data-export-configuration.ts";
export type { LossAllowance } from "./loss-allowance.ts";
export { ResourceDataSync } from "./resource-data-sync.ts";
export type { ResourceDataSyncArgs, ResourceDataSyncInputs, S3Destination, SyncSource } from "./resource-data-sync.ts";
