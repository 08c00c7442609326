import type { ResourceKind } from "../resources/kinds.ts";

/** Where an entry of the spec says what a resource's inputs are: by dotted paths, those that are longer first. */
const settings: Partial<Record<ResourceKind, readonly (readonly [input: string, setting: string])[]>> = {
  ResourceDataSync: [
    ["s3Destination.bucketName", "destination.bucket"],
    ["s3Destination.region", "destination.region"],
    ["s3Destination.prefix", "destination.prefix"],
    ["s3Destination.awsKmsKeyArn", "destination.kmsKey"],
    ["s3Destination.destinationDataSharing", "destination.share"],
    ["s3Destination", "destination"],
    ["syncSource.awsOrganizationsSource.organizationalUnits", "source.organizationalUnits"],
    ["syncSource.awsOrganizationsSource", "source.organization"],
    ["syncSource.sourceType", "source.organization"],
    ["syncSource.sourceRegions", "source.regions"],
    ["syncSource.includeFutureRegions", "source.includeFutureRegions"],
    ["syncSource.enableAllOpsDataSources", "source.enableAllOpsDataSources"],
    ["syncSource", "source"],
    ["syncName", "name"],
  ],
  DataExportConfiguration: [
    ["domain", "domain"],
    ["enabled", "enabled"],
    ["encryption", "encryption.kmsKey"],
    ["recordExpirationDays", "recordExpirationDays"],
  ],
  AssetTable: [
    ["domain", "domain"],
    ["encryption", "encryption.kmsKey"],
    ...["backup", "backupOwner", "backupKey", "method", "history", "onRemoval", "leftover"].map(
      (name) => [name, `table.${name}`] as const,
    ),
  ],
};

/** Returns the setting of an entry that gives the input at a dotted path, such as `source.regions`; `undefined` where no setting does. */
export function settingOf(type: string, path: string): string | undefined {
  const known = settings[type as ResourceKind] ?? [];
  return known.find(([input]) => path === input || path.startsWith(`${input}.`))?.[1];
}

/**
 * Returns what an entry of the spec says that has these inputs, by dotted paths; what it would not say is left out. Only what can be
 * read back from AWS is among it, and whether a delivery is shared.
 */
export function settingsOfInputs(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const { s3Destination, syncSource } = inputs as unknown as Inputs;
  const written =
    type === "ResourceDataSync"
      ? { ...destinationSettings(s3Destination), ...sourceSettings(syncSource) }
      : type === "DataExportConfiguration"
        ? exportSettings(inputs as unknown as Inputs)
        : {};
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined && value !== null));
}

function destinationSettings(destination: Inputs["s3Destination"]): Record<string, unknown> {
  if (!destination) return {};
  const { bucketName, region, prefix, awsKmsKeyArn, destinationDataSharing } = destination;
  return {
    "destination.bucket": bucketName,
    "destination.region": region,
    "destination.prefix": prefix,
    "destination.kmsKey": awsKmsKeyArn,
    "destination.share": destinationDataSharing ? "organization" : undefined,
  };
}

function sourceSettings(source: Inputs["syncSource"]): Record<string, unknown> {
  if (!source) return {};
  const { organizationSourceType: of, organizationalUnits } = source.awsOrganizationsSource ?? {};
  return {
    "source.organization": of === "EntireOrganization" ? "entire" : undefined,
    "source.organizationalUnits": organizationalUnits?.toSorted(),
    "source.regions": source.sourceRegions?.toSorted(),
    "source.includeFutureRegions": source.includeFutureRegions ?? false,
    "source.enableAllOpsDataSources": source.enableAllOpsDataSources ?? false,
  };
}

const exportSettings = ({ domain, enabled, encryption, recordExpirationDays }: Inputs): Record<string, unknown> => ({
  domain,
  enabled: enabled ?? true,
  "encryption.kmsKey": encryption?.kmsKeyArn,
  recordExpirationDays,
});

/** The inputs of a sync, or of an export, as far as settings give them. */
interface Inputs {
  s3Destination?: {
    bucketName?: string;
    region?: string;
    prefix?: string;
    awsKmsKeyArn?: string;
    destinationDataSharing?: object;
  } | null;
  syncSource?: {
    sourceRegions?: string[];
    includeFutureRegions?: boolean;
    enableAllOpsDataSources?: boolean;
    awsOrganizationsSource?: { organizationSourceType?: string; organizationalUnits?: string[] };
  } | null;
  domain?: string;
  enabled?: boolean;
  encryption?: { kmsKeyArn?: string };
  recordExpirationDays?: number;
}
