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
    const setting = answer.Assets?.S3TablesExport;
    // The operation's shapes have changed before: what is not understood is not taken for an export that is off.
    if (setting !== "ENABLED" && setting !== "DISABLED") throw new Error(otherShapes);
    const { SseAlgorithm, KmsKeyArn } = answer.S3TablesConfiguration?.EncryptionConfiguration ?? {};
    const optional = {
      status: answer.Assets?.S3TablesExportState?.Status,
      encryption: KmsKeyArn ?? SseAlgorithm,
      tableBucket: answer.S3TablesConfiguration?.TableBucketArn,
      createdAt: answer.CreatedAt?.toISOString(),
      updatedAt: answer.UpdatedAt?.toISOString(),
    };
    return { enabled: setting === "ENABLED", ...optional };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

const otherShapes =
  "Glue's answer about its export of the Data Catalog has no Assets.S3TablesExport that is ENABLED or DISABLED, as AWS's model has had it since " +
  "botocore 1.44.8: whether it is enabled is not known. Ask by the AWS CLI: aws glue get-data-catalog-export-configuration";
