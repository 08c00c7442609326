import { GetTableCommand } from "@aws-sdk/client-glue";
import type { GlueClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes } from "@aws-sdk/client-glue";
import { makeBuilder } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticOperationSchema } from "@smithy/types";

/**
 * GetDataCatalogExportConfiguration with the shapes that AWS published last, in botocore 1.44.8. The SDK's own command, up to
 * `@aws-sdk/client-glue` 3.1169.0, has the first model's, and drops what it does not know of an answer. Only the shapes are written here, as
 * data; the SDK's client signs, sends, tries again and reads. This file can go as soon as the SDK's command has them: a test says when.
 */

const apiNamespace = "com.amazonaws.glue";

// A shape is its kind, namespace, name and traits, then the names of its members and what each is.
const structureKind = 3;
const operationKind = 9;
const text = 0;
const time = 4;

type Shape = readonly unknown[];

const structure = (name: string, members: Record<string, number | Shape>): Shape => [
  structureKind,
  apiNamespace,
  name,
  0,
  Object.keys(members),
  Object.values(members).map((member) => (typeof member === "number" ? member : () => member)),
];

const input = structure("GetDataCatalogExportConfigurationInput", {});
const output = structure("GetDataCatalogExportConfigurationOutput", {
  CreatedAt: time,
  UpdatedAt: time,
  S3TablesConfiguration: structure("S3TablesConfigurationResult", {
    TableBucketArn: text,
    EncryptionConfiguration: structure("ExportEncryptionConfiguration", { SseAlgorithm: text, KmsKeyArn: text }),
  }),
  Assets: structure("AssetsExportResult", {
    S3TablesExport: text,
    S3TablesExportState: structure("S3TablesExportState", { Status: text }),
  }),
});

const operationName = "GetDataCatalogExportConfiguration";
const operation = [operationKind, apiNamespace, operationName, 0, () => input, () => output];

/** What AWS tells of the export of an account's Data Catalog. */
export interface GlueExportOutput {
  CreatedAt?: Date;
  UpdatedAt?: Date;
  S3TablesConfiguration?: {
    TableBucketArn?: string;
    EncryptionConfiguration?: { SseAlgorithm?: string; KmsKeyArn?: string };
  };
  Assets?: { S3TablesExport?: string; S3TablesExportState?: { Status?: string } };
}

checkLayout();

/** Asks for the export of the account's Data Catalog. */
export const GetDataCatalogExportConfigurationCommand = makeBuilder<
  GlueClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>(GetTableCommand.getEndpointParameterInstructions(), "AWSGlue", "GlueClient", getEndpointPlugin)<
  object & ServiceInputTypes,
  GlueExportOutput & ServiceOutputTypes
>({}, () => [], operationName, operation as unknown as StaticOperationSchema);

/** Holds the shapes against what the installed library reads out of them. */
function checkLayout(): void {
  const members = new Map(NormalizedSchema.of(output as never).structIterator());
  const assets = members.get("Assets");
  const known =
    members.get("CreatedAt")?.isTimestampSchema() &&
    assets?.isStructSchema() &&
    assets.getMemberSchema("S3TablesExport").isStringSchema();
  if (known) return;
  throw new Error(
    "The installed @smithy/core reads the shapes of Glue's export otherwise than they are written. " +
      "Install the versions that the lock file of this release names.",
  );
}
