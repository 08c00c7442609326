import type { GetDataExportConfigurationInput, GetDataExportConfigurationOutput } from "@aws-sdk/client-datazone";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { readableDomain } from "./domains.ts";
import { exportBucketArn, exportsOf } from "./exports.ts";
import { makeDueTable } from "./export-table.ts";

/** Returns a domain's export. One that is disabled lacks the bucket, and default encryption is not told, as in AWS's examples. */
export async function GetDataExportConfiguration(
  { domainIdentifier = "" }: GetDataExportConfigurationInput,
  context: Context,
): Promise<GetDataExportConfigurationOutput> {
  readableDomain(domainIdentifier, context);
  await makeDueTable(context);
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

/** Returns the error for a domain without an export configuration. */
export function notConfigured(domain: string): ServiceError {
  return new ServiceError(
    "ResourceNotFoundException",
    `Data export configuration does not exist for domain: ${domain}`,
  );
}
