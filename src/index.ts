export { fromSpec } from "./from-spec.ts";
export type { SpecRecord, SpecResources } from "./registration.ts";
export { AssetTable, CatalogExport, DataExportConfiguration, ResourceDataSync } from "./resources/index.ts";
export type {
  AssetTableArgs,
  CatalogExportArgs,
  DataExportConfigurationArgs,
  Encryption,
  ResourceDataSyncArgs,
  S3Destination,
  SyncSource,
} from "./resources/index.ts";
export { parseSpec, renderProblem, SpecError, specJsonSchema } from "./spec/index.ts";
export type { SpecProblem } from "./spec/index.ts";
export { Sluice } from "./sluice.ts";
export type { SluiceArgs } from "./sluice.ts";
export { version } from "./version.ts";
