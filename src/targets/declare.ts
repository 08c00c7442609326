import type { ResourceKind } from "../resources/kinds.ts";
import type { ExportEntry, Keep, Source, Spec, SyncEntry } from "../spec/index.ts";
import type { Target } from "./target.ts";
import { interpolateAll } from "../spec/index.ts";
import { targetName, variablesOf } from "./target.ts";

/** One resource that the spec stands for. */
export interface Declaration {
  type: ResourceKind;
  /** What AWS can hold one of: `account/region` for an export and its table, `account/region/name` for a sync. */
  name: string;
  account: string;
  region: string;
  /** The resource's settings as plain JSON; an export's `assetTable` is not among them: it is the id of the table of the same name. */
  inputs: Record<string, unknown>;
  /** The entry of the spec. */
  source: Source;
  protect?: boolean;
  /** Whether it stays in AWS when it is declared no longer. */
  retain?: boolean;
  /** How many hours old its newest data may be; absent where the spec does not say. */
  freshness?: number;
  /** How many hours old the newest backup of a table may be; absent where the spec does not say. */
  backupFreshness?: number;
  /** Which backups of a table stay; absent where all do. */
  keep?: Keep;
}

/** Returns the declaration of an entry's sync in one target; `entry` has its variables filled in. */
export function syncDeclaration(entry: SyncEntry, target: Target, spec: Spec): Declaration {
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
    sourceRegions: asSet(from.regions),
    includeFutureRegions: from.includeFutureRegions,
    enableAllOpsDataSources: from.enableAllOpsDataSources,
    awsOrganizationsSource: organizational
      ? {
          organizationSourceType: from.organization ? "EntireOrganization" : "OrganizationalUnits",
          organizationalUnits: from.organizationalUnits && asSet(from.organizationalUnits),
        }
      : undefined,
  };
  const syncType = destination ? "SyncToDestination" : "SyncFromSource";
  return {
    ...commonDeclaration("ResourceDataSync", `${targetName(target)}/${name}`, entry, target),
    inputs: plain({
      ...connection(target, spec),
      syncName: name,
      syncType,
      s3Destination,
      syncSource,
      ...(adopt && { adopt }),
    }),
  };
}

/** Returns the declarations of an entry in one target: its export, and the table that the export needs. */
export function exportDeclarations(entry: ExportEntry, target: Target, spec: Spec): Declaration[] {
  const { domain, enabled, kmsKey, recordExpirationDays, keep, backupFreshness, table, adopt } = entry;
  const encryption = { sseAlgorithm: kmsKey ? "aws:kms" : "AES256", kmsKeyArn: kmsKey };
  const allowLoss = allowancesOf(target, spec);
  const shared = { ...connection(target, spec), domain, encryption, allowLoss, ...(adopt && { adopt }) };
  return [
    {
      ...commonDeclaration("AssetTable", targetName(target), entry, target),
      ...(keep !== undefined && { keep }),
      ...(backupFreshness !== undefined && { backupFreshness }),
      inputs: plain({ ...shared, ...table, backup: table.backup.replace(/\/$/, "") }),
    },
    {
      ...commonDeclaration("DataExportConfiguration", targetName(target), entry, target),
      inputs: plain({ ...shared, enabled, recordExpirationDays }),
    },
  ];
}

/** The losses that are allowed in a target today; `undefined` when none is. */
function allowancesOf(target: Target, { allow }: Spec): { of: string; reason: string }[] | undefined {
  const today = new Date().toISOString().slice(0, 10);
  const valid = allow.flatMap(({ loss, of, reason, until }) =>
    loss === targetName(target) && of !== undefined && (until === undefined || until >= today) ? { of, reason } : [],
  );
  return valid.length > 0 ? valid : undefined;
}

/** Returns who acts in a target: the account's own role, else the spec's; in the caller's own account the ambient credentials do. */
export function connection(
  target: Target,
  spec: Pick<Spec, "role" | "externalId">,
): { account: string; region: string; role?: string; externalId?: string } {
  const { named, isCaller } = target;
  const role = named?.role ?? (isCaller ? undefined : spec.role);
  const externalId = role === undefined ? undefined : (named?.externalId ?? spec.externalId);
  const filled = interpolateAll({ role, externalId }, variablesOf(target));
  return { account: target.account, region: target.region, ...filled };
}

function commonDeclaration(
  type: Declaration["type"],
  name: string,
  entry: SyncEntry | ExportEntry,
  target: Target,
): Omit<Declaration, "inputs"> {
  const { account, region } = target;
  const { freshness, protect, retain } = entry;
  return {
    type,
    name,
    account,
    region,
    source: entry.source,
    ...(protect && { protect: true }),
    ...(retain && { retain: true }),
    ...(freshness !== undefined && { freshness }),
  };
}

/** What AWS keeps without an order, in one that the file's does not change. */
const asSet = (items: readonly string[]): string[] => [...new Set(items)].toSorted();

/** The data as JSON has it: what is undefined is not there. */
const plain = (inputs: object): Record<string, unknown> => JSON.parse(JSON.stringify(inputs));
