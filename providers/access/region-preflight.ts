import { enablingCure, meaningOf, partitionOf } from "../../src/aws/index.ts";
import type { Clients, Connection } from "../../src/aws/index.ts";
import type { Finding } from "../lifecycle/finding.ts";

/** What each Region is for an account, such as `ENABLED` or `DISABLED`, by its name. */
type RegionStatuses = ReadonlyMap<string, string>;

/**
 * Asks which Regions an account has; `undefined` where that may not be asked, and the Region's own answer has to tell.
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
export async function regionStatuses(clients: Clients): Promise<RegionStatuses | undefined> {
  const { paginateListRegions } = await import("@aws-sdk/client-account");
  const statuses = new Map<string, string>();
  try {
    for await (const { Regions = [] } of paginateListRegions({ client: await clients.account(), pageSize: 50 }, {})) {
      for (const { RegionName, RegionOptStatus } of Regions) statuses.set(RegionName!, RegionOptStatus ?? "");
    }
    return statuses;
  } catch (error) {
    if (meaningOf(error).kind === "denied") return undefined;
    throw error;
  }
}

/** Finds that an account has not enabled a Region, or is not done with it. A Region that AWS does not list is judged by its own answer. */
export function optInFindings({ account, region }: Connection, statuses: RegionStatuses | undefined): Finding[] {
  const status = statuses?.get(region);
  if (status === undefined || status.startsWith("ENABLED")) return [];
  const words = status === "ENABLING" ? "is still being enabled" : "is not enabled";
  return [disabledRegionFinding({ account, region }, `The Region ${region} ${words} in account ${account}.`)];
}

/** Returns the finding that an account does not have a Region. */
function disabledRegionFinding(target: Connection, message: string): Finding {
  return { code: "region-disabled", severity: "error", property: "region", message, cure: enablingCure(target) };
}

/** Finds roles, keys and buckets of another partition than the Region: nothing of one partition is known in another. */
export function partitionFindings(settings: Connection & object): Finding[] {
  const { region } = settings;
  const partition = partitionOf(region);
  return Object.entries(placesIn(settings)).flatMap(([property, { what, of }]) => {
    if (of === partition) return [];
    const message = `${what} is of the partition ${of}, and the Region ${region} is of ${partition}: neither knows the other.`;
    const cure = "Name one of the same partition, or take the Region out of the targets.";
    return [{ code: "wrong-partition" as const, severity: "error" as const, property, message, cure }];
  });
}

/** What the settings name beside the Region itself, with the partition that it is of. */
function placesIn(settings: object): Record<string, { what: string; of: string }> {
  const { role, encryption, backupKey, s3Destination, syncSource } = settings as Named;
  const keys = {
    "encryption.kmsKeyArn": encryption?.kmsKeyArn,
    backupKey,
    "s3Destination.awsKmsKeyArn": s3Destination?.awsKmsKeyArn,
  };
  const bucket = s3Destination;
  return {
    ...(role !== undefined && { role: { what: `The role ${role}`, of: partitionIn(role) } }),
    ...Object.fromEntries(
      Object.entries(keys).flatMap(([path, key]) =>
        key === undefined ? [] : [[path, { what: `The key ${key}`, of: partitionIn(key) }]],
      ),
    ),
    ...(bucket && {
      "s3Destination.region": {
        what: `The bucket ${bucket.bucketName} in ${bucket.region}`,
        of: partitionOf(bucket.region),
      },
    }),
    ...Object.fromEntries(
      (syncSource?.sourceRegions ?? []).map((source) => [
        `syncSource.sourceRegions ${source}`,
        { what: `The Region ${source}, from which it collects,`, of: partitionOf(source) },
      ]),
    ),
  };
}

interface Named {
  role?: string;
  encryption?: { kmsKeyArn?: string };
  backupKey?: string;
  s3Destination?: { bucketName: string; region: string; awsKmsKeyArn?: string };
  syncSource?: { sourceRegions?: string[] };
}

const partitionIn = (arn: string): string => arn.split(":")[1] ?? "";
