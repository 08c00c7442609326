import type { GetDataExportConfigurationInput, GetDataExportConfigurationOutput } from "@aws-sdk/client-datazone";
import { ServiceError, type Context } from "../../world/handler.ts";
import { readableDomain } from "./domains.ts";
import { exportBucketArn, exportsOf } from "./exports.ts";
import { settleTable } from "./export-table.ts";

/** A disabled export's answer lacks the bucket, and default encryption is not told, as in AWS's examples. */
export async function GetDataExportConfiguration(
  { domainIdentifier = "" }: GetDataExportConfigurationInput,
  context: Context,
): Promise<GetDataExportConfigurationOutput> {
  readableDomain(domainIdentifier, context);
  await settleTable(context);
  const { current } = exportsOf(context);
  if (current?.domain !== domainIdentifier) return unconfigured(domainIdentifier, context);
  const { enabled, status, encryption, createdAt, updatedAt } = current;
  return {
    isExportEnabled: enabled,
    status,
    encryptionConfiguration: encryption,
    s3TableBucketArn: enabled ? exportBucketArn(context) : undefined,
    createdAt,
    updatedAt,
  };
}

function unconfigured(domain: string, { world }: Context): GetDataExportConfigurationOutput {
  if (world.quirk("datazone-get-unconfigured") === "disabled") return { isExportEnabled: false };
  throw notConfigured(domain);
}

export function notConfigured(domain: string): ServiceError {
  return new ServiceError(
    "ResourceNotFoundException",
    `Data export configuration does not exist for domain: ${domain}`,
  );
}
