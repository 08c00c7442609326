import type { ResourceDataSyncInputs } from "../../resources/index.ts";
import type { Facts, Operation } from "../change/change.ts";

type Sync = Partial<ResourceDataSyncInputs>;

/**
 * Returns what a sync's change does to its data. Systems Manager never deletes what a sync has written.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export function syncFacts(operation: Operation, before: Sync, after: Sync): Facts {
  const inventory = (operation === "delete" ? before : after).s3Destination !== undefined;
  const from = inventory ? destinationOf(before) : scopeOf(before);
  const to = inventory ? destinationOf(after) : scopeOf(after);
  return {
    rows: "none",
    collection: collectionOf(operation, before, after),
    ...(inventory && operation !== "create" && { objects: "kept" }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

function collectionOf(operation: Operation, before: Sync, after: Sync): Facts["collection"] {
  if (operation === "create") return "starts";
  if (operation === "delete") return "stops";
  if (operation === "replace")
    return JSON.stringify(destinationOf(before)) === JSON.stringify(destinationOf(after)) ? "continues" : "moves";
  const left = new Set(scopeOf(after)?.regions);
  // A Region or unit that leaves the source is collected from no longer.
  const units = new Set(scopeOf(after)?.units ?? []);
  const ends =
    scopeOf(before)?.regions.some((region) => !left.has(region)) ||
    scopeOf(before)?.units?.some((unit) => !units.has(unit));
  return ends ? "stops" : "continues";
}

/** Returns the facts in words. */
export function syncSentence(operation: Operation, { from, to }: Facts): string {
  const inventory = typeof (operation === "delete" ? from : to) === "string";
  return inventory ? inventorySentence(operation, from, to) : explorerSentence(operation, from, to);
}

function inventorySentence(operation: Operation, from: unknown, to: unknown): string {
  switch (operation) {
    case "delete":
      return `Inventory stops flowing to ${String(from)}; objects already there stay.`;
    case "replace":
      return from === to || typeof from !== "string"
        ? `The sync is deleted and created again, then delivers everything once more to ${String(to)}; objects already there stay or are overwritten.`
        : `Inventory flows to ${String(to)} from now on; objects already in ${from} stay and are no longer refreshed.`;
    case "update":
      return `Inventory keeps flowing to ${String(to)}; no object is touched.`;
    default:
      return `Inventory starts to flow to ${String(to)}; the first delivery brings everything that is known now.`;
  }
}

function explorerSentence(operation: Operation, from: unknown, to: unknown): string {
  const [before, after] = [scopeWords(from), scopeWords(to)];
  switch (operation) {
    case "delete":
      return `Explorer stops collecting OpsData from ${before}; its OpsData sources stay switched on.`;
    case "replace":
      return `Explorer stops collecting while the sync is deleted and created again, then collects from ${after}.`;
    case "update":
      if (JSON.stringify(from) === JSON.stringify(to))
        return "Explorer keeps collecting from the same places; nothing stored is touched.";
      return after === before
        ? `Explorer collects from ${after} still, not all of them the same as before.`
        : `Explorer collects from ${after} instead of ${before}.`;
    default:
      return `Explorer starts to collect OpsData from ${after}.`;
  }
}

function destinationOf({ s3Destination }: Sync): string | undefined {
  if (!s3Destination) return undefined;
  const { bucketName, prefix } = s3Destination;
  return `s3://${String(bucketName)}/${prefix ? `${String(prefix).replace(/\/$/, "")}/` : ""}`;
}

/** Where Explorer collects from. */
interface Scope {
  accounts: "organization" | "own";
  /** Organizational units, where it is not the entire organization. */
  units?: string[];
  regions: string[];
  /** Whether every Region that AWS opens later joins. */
  futureRegions?: true;
}

function scopeOf({ syncSource }: Sync): Scope | undefined {
  if (!syncSource) return undefined;
  const source = JSON.parse(JSON.stringify(syncSource)) as Source;
  const { organizationalUnits: units } = source.awsOrganizationsSource ?? {};
  return {
    accounts: source.awsOrganizationsSource ? "organization" : "own",
    ...(units?.length && { units }),
    regions: source.sourceRegions ?? [],
    ...(source.includeFutureRegions && { futureRegions: true }),
  };
}

function scopeWords(scope: unknown): string {
  if (typeof scope !== "object" || scope === null) return "nowhere";
  const { accounts, units, regions, futureRegions } = scope as Partial<Scope>;
  const names = regions?.length === 1 ? `the Region ${String(regions[0])}` : `${regions?.length ?? 0} Regions`;
  const some = `${units?.length} organizational unit${units?.length === 1 ? "" : "s"}`;
  const whose = accounts === "own" ? "this account" : units ? some : "the entire organization";
  return `${whose} in ${names}${futureRegions ? " and every future one" : ""}`;
}

interface Source {
  sourceRegions?: string[];
  includeFutureRegions?: boolean;
  awsOrganizationsSource?: { organizationalUnits?: string[] };
}
