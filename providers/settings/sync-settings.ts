import { partitionOf } from "../../src/aws/index.ts";
import type { ResourceDataSyncInputs, S3Destination, SyncSource } from "../../src/resources/resource-data-sync.ts";
import { connectionRules, pickSettings, regionRule } from "./connection-rules.ts";
import { flag, listOf, oneOf, shape, text, unknown } from "./rules.ts";
import type { Problem } from "./rules.ts";

/** A resource data sync's settings, complete and in canonical form. */
export type SyncSettings = ResourceDataSyncInputs & {
  syncType: "SyncToDestination" | "SyncFromSource";
  /** Derived. */
  arn: string;
};

const lengths = (least: number, most: number) =>
  text(new RegExp(`^[^]{${least},${most}}$`), `a text of ${least} to ${most} characters`);
const keyArn = text(/^arn:[^]{1,508}$/, "the ARN of a KMS key");
const sourceTypes = ["SingleAccountMultiRegions", "AwsOrganizations"] as const;

// Limits: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html
const settingsRule = shape(
  { ...connectionRules.required, syncName: lengths(1, 64) },
  {
    ...connectionRules.optional,
    adopt: flag,
    syncType: oneOf("SyncToDestination", "SyncFromSource"),
    s3Destination: shape(
      { bucketName: lengths(1, 2048), region: regionRule },
      {
        prefix: lengths(1, 256),
        syncFormat: oneOf("JsonSerDe"),
        awsKmsKeyArn: keyArn,
        destinationDataSharing: shape({ destinationDataSharingType: oneOf("Organization") }),
      },
    ),
    syncSource: shape(
      {
        sourceType: text(/^(SingleAccountMultiRegions|AwsOrganizations)$/i, sourceTypes.join(" or ")),
        sourceRegions: listOf(regionRule, 1, 1000),
      },
      {
        includeFutureRegions: flag,
        enableAllOpsDataSources: flag,
        awsOrganizationsSource: shape(
          { organizationSourceType: oneOf("EntireOrganization", "OrganizationalUnits") },
          {
            organizationalUnits: listOf(
              text(/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/, "the id of an organizational unit, ou-…"),
              1,
              1000,
            ),
          },
        ),
      },
    ),
  },
  { arn: lengths(1, 2048) },
);

/** Returns what is wrong with a sync's inputs. */
export function rules(value: unknown, path: string): Problem[] {
  const problems = settingsRule(value, path);
  return problems.length > 0 ? problems : combinationProblems(value as ResourceDataSyncInputs);
}

/** What settings ask of each other. */
function combinationProblems({
  syncType = "SyncToDestination",
  s3Destination,
  syncSource,
}: ResourceDataSyncInputs): Problem[] {
  const toDestination = syncType !== "SyncFromSource";
  const [needed, other] = toDestination ? ["s3Destination", "syncSource"] : ["syncSource", "s3Destination"];
  const given = { s3Destination, syncSource } as Record<string, unknown>;
  const problems: Problem[] = [];
  if (syncType !== (unknown as string) && !given[needed!])
    problems.push({ property: needed!, reason: `is missing: ${syncType} needs it` });
  if (syncType !== (unknown as string) && given[other!])
    problems.push({ property: other!, reason: `does not belong to ${syncType}` });
  if (toDestination || !syncSource || typeof syncSource !== "object") return problems;
  return [...problems, ...organizationProblems(syncSource)];
}

function organizationProblems({ sourceType, awsOrganizationsSource: source }: SyncSource): Problem[] {
  const property = "syncSource.awsOrganizationsSource";
  if (sourceType === (unknown as string) || (source as unknown) === unknown) return [];
  const ofOrganization = /^AwsOrganizations$/i.test(sourceType);
  if (ofOrganization && !source) return [{ property, reason: "is missing: AwsOrganizations needs it" }];
  if (!ofOrganization && source) return [{ property, reason: "belongs to AwsOrganizations only" }];
  const ofUnits = source?.organizationSourceType === "OrganizationalUnits";
  if (ofUnits && !source?.organizationalUnits) {
    return [{ property: `${property}.organizationalUnits`, reason: "is missing: OrganizationalUnits needs it" }];
  }
  if (source && !ofUnits && source.organizationalUnits) {
    return [{ property: `${property}.organizationalUnits`, reason: "does not belong to EntireOrganization" }];
  }
  return [];
}

/** Returns a sync's inputs with every default, in one form and order. */
export function normalise(inputs: Record<string, unknown>): SyncSettings {
  const given = inputs as unknown as ResourceDataSyncInputs;
  const { account, region, syncName, syncType = "SyncToDestination", s3Destination, syncSource } = given;
  return {
    ...(pickSettings(inputs, "account", "region", "role", "externalId") as Pick<SyncSettings, "account" | "region">),
    syncName,
    syncType,
    ...(s3Destination && { s3Destination: destination(s3Destination) }),
    ...(syncSource && { syncSource: source(syncSource) }),
    arn: [account, region, syncName].includes(unknown)
      ? unknown
      : `arn:${partitionOf(region)}:ssm:${region}:${account}:resource-data-sync/${syncName}`,
  };
}

function destination(given: S3Destination): S3Destination {
  return typeof given === "object" ? { syncFormat: "JsonSerDe", ...given } : given;
}

/** Lists in one order and names in one spelling, since AWS keeps neither; and both flags, whose omission means what AWS does not say. */
function source(given: SyncSource): SyncSource {
  if (typeof given !== "object") return given;
  const { sourceType, sourceRegions, awsOrganizationsSource } = given;
  return {
    ...given,
    sourceType: sourceTypes.find((type) => type.toLowerCase() === sourceType.toLowerCase()) ?? sourceType,
    sourceRegions: sortedSet(sourceRegions),
    includeFutureRegions: given.includeFutureRegions ?? false,
    enableAllOpsDataSources: given.enableAllOpsDataSources ?? false,
    ...(typeof awsOrganizationsSource === "object" && {
      awsOrganizationsSource: {
        ...awsOrganizationsSource,
        ...(awsOrganizationsSource.organizationalUnits && {
          organizationalUnits: sortedSet(awsOrganizationsSource.organizationalUnits),
        }),
      },
    }),
  };
}

function sortedSet(values: string[]): string[] {
  return Array.isArray(values) ? [...new Set(values)].toSorted() : values;
}
