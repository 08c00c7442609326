import type { ResourceDataSyncInputs } from "../resources/resource-data-sync.ts";
import type { Operation } from "./change.ts";

type Sync = Partial<ResourceDataSyncInputs>;

/**
 * What a sync's change does to its data. Systems Manager never deletes what a sync has written.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export function syncConsequence(operation: Operation, before: Sync, after: Sync): string {
  return (operation === "delete" ? before : after).s3Destination
    ? inventory(operation, before, after)
    : explorer(operation, before, after);
}

function inventory(operation: Operation, before: Sync, after: Sync): string {
  const from = placeOf(before);
  const to = placeOf(after);
  switch (operation) {
    case "create":
      return `Inventory starts to flow to ${to}; the first delivery brings everything that is known now.`;
    case "delete":
      return `Inventory stops flowing to ${from}; objects already there stay.`;
    case "replace":
      return from === to || !before.s3Destination
        ? `The sync is deleted and created again, then delivers everything once more to ${to}; objects already there stay or are overwritten.`
        : `Inventory flows to ${to} from now on; objects already in ${from} stay and are no longer refreshed.`;
    case "update":
      return `Inventory keeps flowing to ${to}; no object is touched.`;
  }
}

function explorer(operation: Operation, before: Sync, after: Sync): string {
  switch (operation) {
    case "create":
      return `Explorer starts to collect OpsData from ${scopeOf(after)}.`;
    case "delete":
      return `Explorer stops collecting OpsData from ${scopeOf(before)}; its OpsData sources stay switched on.`;
    case "replace":
      return `Explorer stops collecting while the sync is deleted and created again, then collects from ${scopeOf(after)}.`;
    case "update":
      return scopeOf(before) === scopeOf(after)
        ? "Explorer keeps collecting from the same places; nothing stored is touched."
        : `Explorer collects from ${scopeOf(after)} instead of ${scopeOf(before)}.`;
  }
}

function placeOf({ s3Destination }: Sync): string {
  if (!s3Destination) return "nowhere";
  const { bucketName, prefix } = s3Destination;
  return `s3://${String(bucketName)}/${prefix ? `${String(prefix).replace(/\/$/, "")}/` : ""}`;
}

function scopeOf({ syncSource }: Sync): string {
  if (!syncSource) return "nowhere";
  const source = JSON.parse(JSON.stringify(syncSource)) as Source;
  const units = source.awsOrganizationsSource?.organizationalUnits?.length ?? 0;
  const regions = `${source.sourceRegions?.length ?? 0} Region${source.sourceRegions?.length === 1 ? "" : "s"}`;
  const accounts = units > 0 ? `${units} organizational unit${units === 1 ? "" : "s"}` : "the entire organization";
  const whose = source.awsOrganizationsSource ? accounts : "this account";
  return `${whose} in ${regions}${source.includeFutureRegions ? " and every future one" : ""}`;
}

interface Source {
  sourceRegions?: string[];
  includeFutureRegions?: boolean;
  awsOrganizationsSource?: { organizationalUnits?: unknown[] };
}
