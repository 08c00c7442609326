export { fromSpec } from "./from-spec.ts";
export type { SpecRecord, SpecResources } from "./from-spec.ts";
export { AssetTable, DataExportConfiguration, ResourceDataSync } from "./resources/index.ts";
export type {
  AssetTableArgs,
  DataExportConfigurationArgs,
  Encryption,
  ResourceDataSyncArgs,
  S3Destination,
  SyncSource,
} from "./resources/index.ts";
export { parseSpec, renderProblem, SpecError, specJsonSchema } from "./spec/index.ts";
export type { SpecProblem } from "./spec/index.ts";
export { version } from "./version.ts";
