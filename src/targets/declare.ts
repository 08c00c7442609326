import type { ExportEntry, Source, Spec, SyncEntry } from "../spec/index.ts";
import type { Place } from "./place.ts";
import { interpolateAll } from "../spec/index.ts";
import { placeName, variablesOf } from "./place.ts";

/** One resource that the spec stands for. */
export interface Declaration {
  type: "ResourceDataSync" | "DataExportConfiguration" | "AssetTable";
  /** What AWS can hold one of: `account/region` for an export and its table, `account/region/name` for a sync. */
  name: string;
  account: string;
  region: string;
  /** The resource's settings as plain JSON; an export's `assetTable` is not among them: it is the id of the table of the same name. */
  inputs: Record<string, unknown>;
  /** The entry of the spec. */
  source: Source;
  protect?: boolean;
}

/** The sync of an entry in one place; `entry` has its variables filled in. */
export function syncDeclaration(entry: SyncEntry, place: Place, spec: Spec): Declaration {
  const { name, destination, from, adopt } = entry;
  const s3Destination = destination && {
    bucketName: destination.bucket,
    region: destination.region,
    prefix: destination.prefix,
    syncFormat: "JsonSerDe",
    awsKmsKeyArn: destination.kmsKey,
    destinationDataSharing: destination.share && { destinationDataSharingType: "Organization" },
  };
  const organizational = from && (from.organization ?? from.organizationalUnits) !== undefined;
  const syncSource = from && {
    sourceType: organizational ? "AwsOrganizations" : "SingleAccountMultiRegions",
    sourceRegions: from.regions,
    includeFutureRegions: from.includeFutureRegions,
    enableAllOpsDataSources: from.enableAllOpsDataSources,
    awsOrganizationsSource: organizational
      ? {
          organizationSourceType: from.organization ? "EntireOrganization" : "OrganizationalUnits",
          organizationalUnits: from.organizationalUnits,
        }
      : undefined,
  };
  const syncType = destination ? "SyncToDestination" : "SyncFromSource";
  return {
    ...common("ResourceDataSync", `${placeName(place)}/${name}`, entry, place),
    inputs: plain({
      ...connection(place, spec),
      syncName: name,
      syncType,
      s3Destination,
      syncSource,
      ...(adopt && { adopt }),
    }),
  };
}

/** The export of an entry in one place, and the table that it needs. */
export function exportDeclarations(entry: ExportEntry, place: Place, spec: Spec): Declaration[] {
  const { domain, enabled, kmsKey, recordExpirationDays, table, adopt } = entry;
  const encryption = { sseAlgorithm: kmsKey ? "aws:kms" : "AES256", kmsKeyArn: kmsKey };
  const allowLoss = allowancesOf(place, spec);
  const shared = { ...connection(place, spec), domain, encryption, allowLoss, ...(adopt && { adopt }) };
  return [
    {
      ...common("AssetTable", placeName(place), entry, place),
      inputs: plain({ ...shared, ...table, backup: table.backup.replace(/\/$/, "") }),
    },
    {
      ...common("DataExportConfiguration", placeName(place), entry, place),
      inputs: plain({ ...shared, enabled, recordExpirationDays }),
    },
  ];
}

/** The losses that are allowed in a place today; `undefined` when none is. */
function allowancesOf(place: Place, { allow }: Spec): { of: string; reason: string }[] | undefined {
  const today = new Date().toISOString().slice(0, 10);
  const valid = allow.flatMap(({ loss, of, reason, until }) =>
    loss === placeName(place) && of !== undefined && (until === undefined || until >= today) ? { of, reason } : [],
  );
  return valid.length > 0 ? valid : undefined;
}

/** Who acts in a place: the account's own role, else the spec's; in the caller's own account the ambient credentials do. */
export function connection(
  place: Place,
  spec: Spec,
): { account: string; region: string; role?: string; externalId?: string } {
  const { named, own } = place;
  const role = named?.role ?? (own ? undefined : spec.role);
  const externalId = role === undefined ? undefined : (named?.externalId ?? spec.externalId);
  const filled = role && interpolateAll(role, variablesOf(place));
  return { account: place.account, region: place.region, role: filled, externalId };
}

function common(
  type: Declaration["type"],
  name: string,
  entry: SyncEntry | ExportEntry,
  place: Place,
): Omit<Declaration, "inputs"> {
  const { account, region } = place;
  return { type, name, account, region, source: entry.source, ...(entry.protect && { protect: true }) };
}

/** The data as JSON has it: what is undefined is not there. */
const plain = (inputs: object): Record<string, unknown> => JSON.parse(JSON.stringify(inputs));
