import type { FoundTarget, SeenDays } from "./discovery.ts";
import { sourceTrouble } from "./source-state.ts";

/** What is wanted in one place, as health is judged. */
export interface WantedEntry {
  kind: "sync" | "export" | "backup";
  /** The name of the sync in AWS, or the id of the domain. */
  name: string;
  account: string;
  region: string;
  /** Whether it is to deliver: an export that the spec switches off is well when it is off. */
  enabled: boolean;
  /** How many hours old its newest data may be. */
  freshness: number;
  /** Of the backups of an export's table: where they lie, `s3://bucket/prefix`, and which account owns the bucket. */
  backups?: { place: string; owner?: string };
}

/** What was seen of what a sync has delivered into its bucket. */
export interface Arrival {
  /** When the newest object that was seen was written, ISO 8601; absent where there is none. */
  newest?: string;
  /** Why the bucket could not be looked at. */
  refused?: string;
}

/**
 * How something is: `delivering`, `off` as wanted, `waiting` for its first data, and then what is broken: `late`, `failing` with AWS's
 * message, `disabled` in AWS though wanted, `failed` to be set, `missing` in AWS, `incomplete` where days are missing in the table, or not known.
 */
export type HealthState = (typeof healthStates)[number];

/** Every state, the worst first. */
export const healthStates = [
  "missing",
  "failed",
  "failing",
  "disabled",
  "late",
  "incomplete",
  "unknown",
  "waiting",
  "off",
  "delivering",
] as const;

/** Tells whether somebody has to do something. */
export const needsAction = (state: HealthState): boolean =>
  healthStates.indexOf(state) <= healthStates.indexOf("unknown");

/** How one entry is in one place. */
export interface Health extends Pick<WantedEntry, "kind" | "name" | "account" | "region"> {
  state: HealthState;
  /** One sentence, AWS's where it has one. */
  message: string;
  /** When its newest data came, ISO 8601. */
  newest?: string;
  /** What tells of it: objects in the bucket, the table, or AWS's word alone. */
  by?: "bucket" | "table" | "aws";
  /** Hours. */
  freshness: number;
  /** Seconds since then. */
  age?: number;
}

/** Returns how one wanted thing is, from what was seen of its place and of what it delivered. */
export function healthOf(wanted: WantedEntry, target: FoundTarget, arrival: Arrival | undefined, now: number): Health {
  const { kind, name, account, region, freshness } = wanted;
  const health = kind === "sync" ? syncHealth(wanted, target, arrival, now) : exportHealth(wanted, target, now);
  return { kind, name, account, region, freshness, ...health };
}

type HealthVerdict = Pick<Health, "state" | "message" | "newest" | "by" | "age">;

function syncHealth(
  { name, freshness }: WantedEntry,
  target: FoundTarget,
  arrival: Arrival | undefined,
  now: number,
): HealthVerdict {
  const refusal = target.refused.find(({ what }) => what === "account" || what === "syncs");
  if (refusal !== undefined) return { state: "unknown", message: refusal.message };
  const sync = target.syncs.find((one) => one.name === name);
  if (sync === undefined) return { state: "missing", message: `AWS has no such sync; ${howItComes}.` };
  const newest = arrival?.newest ?? sync.lastSuccess;
  const by = arrival?.newest === undefined ? "aws" : "bucket";
  const age = newest === undefined ? {} : ({ newest, by, ...ageOf(newest, now) } as const);
  if (sync.status === "Failed") return { state: "failing", message: sync.message ?? "AWS does not say why.", ...age };
  if (sync.type === "SyncFromSource") {
    const trouble = sourceTrouble(sync);
    if (trouble !== undefined) return { state: "failing", message: trouble };
    return { state: "delivering", message: "AWS has it; it tells no times of a sync from sources." };
  }
  return { ...judged(newest, sync.createdAt, freshness, now), ...age };
}

function exportHealth({ name, enabled, freshness }: WantedEntry, target: FoundTarget, now: number): HealthVerdict {
  const refusal = target.refused.find(({ what }) => ["account", "domains", "table", `export ${name}`].includes(what));
  if (refusal !== undefined) return { state: "unknown", message: refusal.message };
  const held = target.domains.find(({ id }) => id === name)?.export;
  if (held === undefined) {
    const other = target.holders[0];
    return {
      state: "missing",
      message: other ? `${other} exports there instead.` : `It has no export in AWS; ${howItComes}.`,
    };
  }
  if (held.status === "FAILED")
    return { state: "failed", message: "AWS could not set it. Look at the domain and the key." };
  const newest = target.table?.lastExport;
  const age = newest === undefined ? {} : ({ newest, by: "table", ...ageOf(newest, now) } as const);
  if (!held.enabled && enabled)
    return { state: "disabled", message: "Switched off in AWS; up switches it on.", ...age };
  if (!held.enabled) return { state: "off", message: "Switched off, as the spec has it.", ...age };
  const since = held.updatedAt ?? held.createdAt;
  const health = judged(newest, since, freshness, now, "The table has not grown");
  const gap = health.state === "delivering" ? recentGap(target.table?.days, since) : [];
  if (gap.length > 0)
    return {
      state: "incomplete",
      message: `The table has no rows of ${gap.join(", ")}. AWS fills no day in later.`,
      ...age,
    };
  return { ...health, ...age };
}

/** How many days back from a table's last one a missing one is told: it can only be looked into, not mended. */
const gapDays = 7;

/** Days on which the export was on, all day, and of which the table has nothing. */
function recentGap(days: SeenDays | undefined, since: string | undefined): string[] {
  if (days === undefined) return [];
  const from = new Date(Date.parse(days.last) - gapDays * 86_400_000).toISOString();
  return days.missing.filter((day) => day >= from.slice(0, 10) && day > (since ?? "").slice(0, 10));
}

/** By the age of the newest data; what has none yet waits as long as data may be old. */
function judged(
  newest: string | undefined,
  since: string | undefined,
  freshness: number,
  now: number,
  lack = "Nothing has come",
): HealthVerdict {
  const limit = freshness * 3_600_000;
  if (newest === undefined) {
    const isYoung = since !== undefined && now - Date.parse(since) <= limit;
    if (isYoung) return { state: "waiting", message: "Nothing has come yet." };
    return { state: "late", message: `Nothing has ever come, ${freshness} h and more after it was set.` };
  }
  const hours = Math.floor((now - Date.parse(newest)) / 3_600_000);
  if (now - Date.parse(newest) <= limit) return { state: "delivering", message: "" };
  return { state: "late", message: `${lack} for ${hours} h; it may be ${freshness} h.` };
}

/** Returns the age of the newest data, in seconds. */
export const ageOf = (newest: string, now: number) => ({
  age: Math.max(0, Math.round((now - Date.parse(newest)) / 1000)),
});

/** A status is not told what the state has: of an object that was deleted behind its back, or after it was put back, up alone sees nothing. */
const howItComes = "up makes it, and `up --refresh` where the state has it still";
