import { targetName } from "../aws/index.ts";
import type { DiscoveryFinding, FoundBucket, FoundTarget, FoundSync } from "./discovery.ts";
import { sourceTrouble } from "./source-state.ts";

/** A sync that a spec wants. */
export interface WantedSync {
  account: string;
  region: string;
  name: string;
  type: FoundSync["type"];
}

/** How long a new sync may take for its first delivery, in milliseconds: AWS collects inventory twice a day by default. */
const firstDeliveryMs = 24 * 3_600_000;

/**
 * Returns what of the found somebody should look at: buckets of others, syncs that deliver the same twice, that never succeeded, an export
 * of Glue's that failed, and a wanted roll-out that does not fit, with what would have to go.
 */
export function consolidate(
  places: readonly FoundTarget[],
  buckets: readonly FoundBucket[],
  wanted: readonly WantedSync[],
  now: number,
): DiscoveryFinding[] {
  const each = places.flatMap((target) => [
    ...doubles(target),
    ...holders(target),
    ...full(target, wanted, now),
    ...failedGlueExport(target),
  ]);
  return [
    ...foreign(places, buckets),
    ...gathered([...each, ...places.flatMap((target) => never(target, now))]),
  ].toSorted((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error"));
}

/** Tells whether a sync has had its time and never delivered. */
export function neverSucceeded(sync: FoundSync, now: number): boolean {
  const { status, lastSuccess, lastTry, createdAt, type } = sync;
  if (type === "SyncFromSource") return sourceTrouble(sync) !== undefined;
  if (lastSuccess !== undefined) return false;
  if (status === "Successful") return false;
  return (
    status === "Failed" || (lastTry ?? createdAt) === undefined || now - Date.parse(createdAt ?? "") > firstDeliveryMs
  );
}

/** One finding for the same sentence in many places. */
function gathered(findings: readonly DiscoveryFinding[]): DiscoveryFinding[] {
  return [...Map.groupBy(findings, ({ code, message, cure }) => JSON.stringify([code, message, cure])).values()].map(
    (alike) => ({ ...alike[0]!, places: alike.flatMap(({ places }) => places) }),
  );
}

function failedGlueExport({ glueExport, ...target }: FoundTarget): DiscoveryFinding[] {
  if (!glueExport?.enabled || glueExport.status !== "FAILED") return [];
  const { encryption } = glueExport;
  const key = encryption?.startsWith("arn:")
    ? `See that ${encryption} is enabled and that its policy lets systemtables.catalog.amazonaws.com use it`
    : "See what AWS CloudTrail has of systemtables.catalog.amazonaws.com";
  return [
    {
      code: "glue-export-failed",
      severity: "warning",
      message: "Glue's export of the Data Catalog is enabled and has the status FAILED: its tables are not kept up.",
      cure: `${key}, then put the export again (glue:PutDataCatalogExportConfiguration). It is none that a spec can declare.`,
      places: [targetName(target)],
    },
  ];
}

function foreign(places: readonly FoundTarget[], buckets: readonly FoundBucket[]): DiscoveryFinding[] {
  return buckets
    .filter(({ owner }) => owner === null)
    .map(({ bucket, unasked }) => {
      const from = places.filter(({ syncs }) => syncs.some(({ destination }) => destination?.bucket === bucket));
      const doubt = unasked > 0 ? `; ${unasked} could not be asked (s3:ListAllMyBuckets)` : "";
      return {
        code: "foreign-destination",
        severity: "warning",
        message: `None of the accounts that were asked owns the bucket ${bucket}${doubt}. Inventory goes there.`,
        cure: "Find out whose it is. If it is nobody's of yours, delete the syncs that deliver there.",
        places: from.map(targetName),
      };
    });
}

function doubles(target: FoundTarget): DiscoveryFinding[] {
  const delivering = target.syncs.filter(({ destination }) => destination !== undefined);
  const findings: DiscoveryFinding[] = [];
  for (const [index, one] of delivering.entries()) {
    for (const other of delivering.slice(index + 1)) {
      const same = one.destination!.bucket === other.destination!.bucket;
      if (!same) continue;
      const again = one.destination!.prefix === other.destination!.prefix;
      findings.push({
        code: again ? "sync-double" : "sync-twice",
        severity: "warning",
        message: again
          ? `${one.name} and ${other.name} write the same objects, to ${whereTo(one)}.`
          : `${one.name} and ${other.name} deliver the same inventory to ${one.destination!.bucket} twice, under two prefixes.`,
        cure: `Remove one: ${removable([one, other]) ?? "ask who reads them"}.`,
        places: [targetName(target)],
      });
    }
  }
  return findings;
}

function never(target: FoundTarget, now: number): DiscoveryFinding[] {
  return target.syncs
    .filter((sync) => neverSucceeded(sync, now))
    .map((sync) => ({
      code: "sync-never",
      severity: "warning",
      ...(sync.type === "SyncFromSource" ? collectsNothing(sync) : deliversNothing(sync)),
      places: [targetName(target)],
    }));
}

const collectsNothing = (sync: FoundSync) => ({
  message: `${sync.name} collects nothing: AWS says ${sourceTrouble(sync)}.`,
  cure: "Mend what AWS names, or remove the sync.",
});

const deliversNothing = (sync: FoundSync) => ({
  message: `${sync.name} has never delivered anything to ${whereTo(sync)}${sync.message ? `: ${sync.message}` : "."}`,
  cure: "Let SSM write to the bucket (and use its key), or remove the sync.",
});

function holders(target: FoundTarget): DiscoveryFinding[] {
  if (target.holders.length < 2) return [];
  return [
    {
      code: "several-holders",
      severity: "warning",
      message: `${target.holders.join(" and ")} both have an export configuration, and there is one table.`,
      cure: "Delete the configuration of all but one.",
      places: [targetName(target)],
    },
  ];
}

function full(target: FoundTarget, wanted: readonly WantedSync[], now: number): DiscoveryFinding[] {
  const here = wanted.filter(({ account, region }) => account === target.account && region === target.region);
  return (["SyncToDestination", "SyncFromSource"] as const).flatMap((type) => {
    const there = target.syncs.filter((sync) => sync.type === type);
    const more = here.filter((one) => one.type === type && !there.some(({ name }) => name === one.name));
    const free = target.free?.[type];
    if (free === undefined || more.length <= free) return [];
    const candidates = there
      .filter(({ origin }) => origin === "unknown" || origin.startsWith("stack "))
      .toSorted((a, b) => Number(neverSucceeded(b, now)) - Number(neverSucceeded(a, now)))
      .map((sync) => (neverSucceeded(sync, now) ? `${sync.name} (never delivered)` : `${sync.name} (${sync.origin})`));
    const names = more.map(({ name }) => name).join(", ");
    return [
      {
        code: "sync-quota",
        severity: "error",
        message: `${names} ${more.length === 1 ? "does" : "do"} not fit: ${free} of five places ${free === 1 ? "is" : "are"} free, ${more.length - free} would have to go.`,
        cure:
          candidates.length > 0 ? `Could go: ${candidates.join(", ")}.` : "All five belong to this stack or to AWS.",
        places: [targetName(target)],
      },
    ];
  });
}

/** Of two alike, the one that nobody here is known to want. */
function removable(syncs: readonly FoundSync[]): string | undefined {
  return (
    syncs.find(({ origin }) => origin === "unknown")?.name ?? syncs.find(({ origin }) => origin !== "this stack")?.name
  );
}

const whereTo = ({ destination }: FoundSync): string =>
  destination === undefined
    ? "its source"
    : `s3://${destination.bucket}${destination.prefix ? `/${destination.prefix}` : ""}`;
