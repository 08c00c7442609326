import type { ExportEntry, SpecFinding, SyncEntry } from "../spec/index.ts";
import type { Target } from "./target.ts";
import { targetName } from "./target.ts";

/** An entry in one target, with its variables filled in. */
export interface TargetEntry<Entry extends SyncEntry | ExportEntry> {
  entry: Entry;
  target: Target;
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const syncQuota = 5;

/**
 * Finds the syncs of one account and Region that AWS refuses beside each other: of one name, both shared with the organization, more than
 * the quota. It warns of two that write the same keys.
 */
export function syncConflicts(placed: TargetEntry<SyncEntry>[]): SpecFinding[] {
  const sameName = duplicatePairs(placed, ({ entry, target }) => `${targetName(target)}/${entry.name}`).map(
    ({ first, second, where }) => ({
      code: "duplicate-sync",
      message: `Two syncs are named "${second.name}" ${where}: ${first.key} (line ${first.source.line}) and ${second.key}.`,
      path: [...second.path, "name"],
      fix: "Give one another `name`, or take it out of one's targets.",
    }),
  );
  const shared = placed.filter(({ entry }) => entry.destination?.share === "organization");
  const sameShare = duplicatePairs(shared, ({ target }) => targetName(target)).map(({ first, second, where }) => ({
    code: "duplicate-organization-share",
    message: `Two syncs are shared with the organization ${where}: ${first.key} (line ${first.source.line}) and ${second.key}; AWS allows one.`,
    path: [...second.path, "destination", "share"],
    fix: "Remove `share: organization` from one.",
  }));
  return [...sameName, ...sameShare, ...sameDestination(placed), ...overQuota(placed)];
}

/** Two syncs of one account and Region that write the same keys. */
function sameDestination(placed: TargetEntry<SyncEntry>[]): SpecFinding[] {
  const delivering = placed.filter(({ entry }) => entry.destination && entry.destination.bucket !== "");
  const placeOf = ({ entry, target }: TargetEntry<SyncEntry>) =>
    `${targetName(target)} ${entry.destination!.bucket} ${entry.destination!.prefix ?? ""}`;
  return duplicatePairs(delivering, placeOf)
    .filter(({ first, second }) => first.name !== second.name)
    .map(({ first, second, where }) => ({
      code: "duplicate-destination",
      severity: "warning",
      message: `Two syncs deliver to one place ${where}: ${first.key} (line ${first.source.line}) and ${second.key}.`,
      path: [...second.path, "destination"],
      atKey: true,
      fix: "Give one another prefix.",
    }));
}

/** Finds two exports in one account and Region. */
export function exportConflicts(placed: TargetEntry<ExportEntry>[]): SpecFinding[] {
  return duplicatePairs(placed, ({ target }) => targetName(target)).map(({ first, second, where }) => ({
    code: "duplicate-export",
    message: `Two exports are ${where}: ${first.key} (line ${first.source.line}) and ${second.key}; AWS allows one domain there.`,
    path: second.path,
    atKey: true,
    fix: "Remove one, or take it out of one's targets.",
  }));
}

function overQuota(placed: TargetEntry<SyncEntry>[]): SpecFinding[] {
  const groups = Map.groupBy(placed, ({ target }) => targetName(target));
  const over = [...groups].filter(([, syncs]) => syncs.length > syncQuota);
  const [first, ...more] = over;
  if (first === undefined) return [];
  const [target, syncs] = first;
  const message =
    `There are ${syncs.length} syncs in ${target}${andMore(more.length)}; AWS allows ${syncQuota} in an account and Region, ` +
    "and Amazon Inspector uses one of them for itself.";
  const { path } = syncs[syncQuota]!.entry;
  return [
    {
      code: "sync-quota",
      severity: "warning",
      message,
      path,
      atKey: true,
      fix: "Remove some, or ask AWS for a higher quota.",
    },
  ];
}

interface DuplicatePair<Entry> {
  first: Entry;
  second: Entry;
  /** Completes "… are". */
  where: string;
}

/** Each pair of entries that meet under a key, once, with the targets where they do. */
function duplicatePairs<Entry extends SyncEntry | ExportEntry>(
  placed: TargetEntry<Entry>[],
  keyOf: (placed: TargetEntry<Entry>) => string,
): DuplicatePair<Entry>[] {
  const holders = new Map<string, TargetEntry<Entry>>();
  const duplicates: { pair: string; first: Entry; second: Entry; target: Target }[] = [];
  for (const candidate of placed) {
    const key = keyOf(candidate);
    const holder = holders.get(key);
    if (holder === undefined) holders.set(key, candidate);
    else
      duplicates.push({
        pair: `${holder.entry.key}\n${candidate.entry.key}`,
        first: holder.entry,
        second: candidate.entry,
        target: candidate.target,
      });
  }
  return [...Map.groupBy(duplicates, ({ pair }) => pair).values()].map(([one, ...more]) => ({
    first: one!.first,
    second: one!.second,
    where: `in ${targetName(one!.target)}${andMore(more.length)}`,
  }));
}

const andMore = (count: number) => (count === 0 ? "" : ` and ${count} more ${count === 1 ? "place" : "places"}`);
