import { operation, structure } from "../../protocol/smithy-schema.ts";

/**
 * The SDK's client with the two operations of the Data Catalog's export as botocore 1.44.8 has them. The client's own, up to 3.1169.0, are
 * of the first model, whose members the service no longer has.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogExportConfiguration.html
 */
export * from "@aws-sdk/client-glue";

const apiNamespace = "com.amazonaws.glue";

const encryption = structure(apiNamespace, "ExportEncryptionConfiguration", {
  SseAlgorithm: "text",
  KmsKeyArn: "text",
});
const tables = structure(apiNamespace, "S3TablesConfiguration", { EncryptionConfiguration: encryption });
const assets = structure(apiNamespace, "AssetsExport", { S3TablesExport: "text" });
const state = structure(apiNamespace, "S3TablesExportState", { Status: "text" });

/** Creates or updates the configuration. */
export const PutDataCatalogExportConfiguration$ = operation(apiNamespace, "PutDataCatalogExportConfiguration", {
  http: ["POST", "/", 200],
  input: structure(apiNamespace, "PutDataCatalogExportConfigurationInput", {
    ClientToken: "text",
    S3TablesConfiguration: tables,
    Assets: assets,
  }),
  output: structure(apiNamespace, "PutDataCatalogExportConfigurationOutput", {
    S3TablesConfiguration: tables,
    Assets: assets,
  }),
});

/** Returns the configuration. */
export const GetDataCatalogExportConfiguration$ = operation(apiNamespace, "GetDataCatalogExportConfiguration", {
  http: ["POST", "/", 200],
  input: structure(apiNamespace, "GetDataCatalogExportConfigurationInput", {}),
  output: structure(apiNamespace, "GetDataCatalogExportConfigurationOutput", {
    CreatedAt: "time",
    UpdatedAt: "time",
    S3TablesConfiguration: structure(apiNamespace, "S3TablesConfigurationResult", {
      TableBucketArn: "text",
      EncryptionConfiguration: encryption,
    }),
    Assets: structure(apiNamespace, "AssetsExportResult", { S3TablesExport: "text", S3TablesExportState: state }),
  }),
});

/** What Put takes; AWS requires none of it. */
export interface CatalogExportInput {
  ClientToken?: string;
  S3TablesConfiguration?: { EncryptionConfiguration?: CatalogExportEncryption };
  Assets?: { S3TablesExport?: ExportSetting };
}

/** What Get answers. */
export interface CatalogExportOutput {
  CreatedAt: Date;
  UpdatedAt: Date;
  S3TablesConfiguration: { TableBucketArn: string | undefined; EncryptionConfiguration: CatalogExportEncryption };
  Assets: { S3TablesExport: ExportSetting; S3TablesExportState: { Status: ExportStatus } };
}

/** How the table bucket is encrypted. */
export interface CatalogExportEncryption {
  SseAlgorithm?: string;
  KmsKeyArn?: string;
}

/** What a Put wants. */
export type ExportSetting = "ENABLED" | "DISABLED";

/** What has become of it. */
export type ExportStatus = "ENABLING" | "ENABLED" | "DISABLING" | "DISABLED" | "FAILED";
