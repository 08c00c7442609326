import { isAbsent } from "../aws/index.ts";
import type { Clients } from "../aws/index.ts";

/** Glue's export of the metadata of an account's Data Catalog, into the table bucket `aws-catalog` that AWS makes for it. */
export interface SeenGlueExport {
  enabled: boolean;
  /** AWS's word for what has become of it: ENABLING, ENABLED, DISABLING, DISABLED, FAILED. */
  status?: string;
  /** The ARN of the table bucket's key, or the algorithm where it has none. */
  encryption?: string;
  tableBucket?: string;
  /** ISO 8601, both. */
  createdAt?: string;
  updatedAt?: string;
}

/** Looks for Glue's export in an account and Region; `null` where none was ever configured. */
export async function glueExportIn(clients: Clients): Promise<SeenGlueExport | null> {
  // The SDK's Glue client is large, and nobody else needs it.
  const [glue, { GetDataCatalogExportConfigurationCommand }] = await Promise.all([
    clients.glue(),
    import("../aws/glue-export-command.ts"),
  ]);
  try {
    const answer = await glue.send(new GetDataCatalogExportConfigurationCommand({}));
    const { SseAlgorithm, KmsKeyArn } = answer.S3TablesConfiguration?.EncryptionConfiguration ?? {};
    const optional = {
      status: answer.Assets?.S3TablesExportState?.Status,
      encryption: KmsKeyArn ?? SseAlgorithm,
      tableBucket: answer.S3TablesConfiguration?.TableBucketArn,
      createdAt: answer.CreatedAt?.toISOString(),
      updatedAt: answer.UpdatedAt?.toISOString(),
    };
    return { enabled: answer.Assets?.S3TablesExport === "ENABLED", ...optional };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
