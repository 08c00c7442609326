import type { ResourceDataSyncItem, ResourceDataSyncSource } from "@aws-sdk/client-ssm";
import type { S3Destination, SyncSource } from "../../src/resources/resource-data-sync.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

/** Returns the settings as `CreateResourceDataSync` wants them. */
export function toRequest(settings: SyncSettings) {
  const { syncName, syncType, s3Destination, syncSource } = settings;
  return {
    SyncName: syncName,
    SyncType: syncType,
    ...(s3Destination && { S3Destination: toDestination(s3Destination) }),
    ...(syncSource && { SyncSource: toSource(syncSource) }),
  };
}

/** Returns a source as `UpdateResourceDataSync` wants it: the whole of it, since AWS replaces the whole. */
export function toSource(source: SyncSource): ResourceDataSyncSource {
  const organization = source.awsOrganizationsSource;
  return {
    SourceType: source.sourceType,
    SourceRegions: source.sourceRegions,
    IncludeFutureRegions: source.includeFutureRegions,
    EnableAllOpsDataSources: source.enableAllOpsDataSources,
    ...(organization && {
      AwsOrganizationsSource: {
        OrganizationSourceType: organization.organizationSourceType,
        OrganizationalUnits: organization.organizationalUnits?.map((id) => ({ OrganizationalUnitId: id })),
      },
    }),
  };
}

function toDestination(destination: S3Destination) {
  return {
    BucketName: destination.bucketName,
    Region: destination.region,
    Prefix: destination.prefix,
    SyncFormat: "JsonSerDe" as const,
    AWSKMSKeyARN: destination.awsKmsKeyArn,
    DestinationDataSharing: destination.destinationDataSharing && {
      DestinationDataSharingType: destination.destinationDataSharing.destinationDataSharingType,
    },
  };
}

/**
 * Returns the settings that AWS tells of a sync, as inputs. It never tells DestinationDataSharing; an empty text or list stands for absence.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResourceDataSyncItem.html
 */
export function fromItem(item: ResourceDataSyncItem): Pick<SyncSettings, "s3Destination" | "syncSource"> {
  const { S3Destination: destination, SyncSource: source } = item;
  const organization = source?.AwsOrganizationsSource;
  const units = organization?.OrganizationalUnits?.map(({ OrganizationalUnitId }) => OrganizationalUnitId!) ?? [];
  return {
    ...(destination?.BucketName && {
      s3Destination: {
        bucketName: destination.BucketName,
        region: destination.Region!,
        ...(destination.Prefix && { prefix: destination.Prefix }),
        syncFormat: destination.SyncFormat ?? "JsonSerDe",
        ...(destination.AWSKMSKeyARN && { awsKmsKeyArn: destination.AWSKMSKeyARN }),
      },
    }),
    ...(source?.SourceType && {
      syncSource: {
        sourceType: source.SourceType as SyncSource["sourceType"],
        sourceRegions: source.SourceRegions ?? [],
        includeFutureRegions: source.IncludeFutureRegions ?? false,
        enableAllOpsDataSources: source.EnableAllOpsDataSources ?? false,
        ...(organization?.OrganizationSourceType && {
          awsOrganizationsSource: {
            organizationSourceType: organization.OrganizationSourceType as "EntireOrganization",
            ...(units.length > 0 && { organizationalUnits: units }),
          },
        }),
      },
    }),
  };
}
