import type { Change } from "../change/change.ts";
import type { Estimate } from "./plan.ts";
import type { PreflightReport } from "./preflight.ts";

/** Returns what applying the changes takes: by what each kind of change usually takes, and by how much the tables to be moved hold. */
export function estimateOf(changes: readonly Change[], { tables }: Pick<PreflightReport, "tables">): Estimate {
  if (changes.length === 0) return { seconds: 0, calls: 0, bytes: 0 };
  const held = new Map(tables.map((table) => [table.name, table]));
  const accounts = new Set(changes.filter(hasRole).map(({ account }) => account));
  const estimate = { seconds: 0, calls: accounts.size, bytes: 0 };
  // What has one name waits for each other; names are side by side.
  const waits = new Map<string, number>();
  for (const { type, operation, name, facts, found } of changes) {
    if (operation === "skip" || operation === "forget") continue;
    const { calls, seconds } = usual[`${operation} ${type}`] ?? { calls: 1, seconds: 1 };
    const { bytes = 0, files = 0 } = (found?.becomes ?? facts.rows) === "backedUp" ? (held.get(name) ?? {}) : {};
    estimate.calls += calls + files * callsPerFile;
    estimate.bytes += bytes;
    waits.set(name, (waits.get(name) ?? 0) + seconds + bytes / bytesPerSecond);
  }
  const all = [...waits.values()];
  const work = Math.max(...all, all.reduce((sum, seconds) => sum + seconds, 0) / mostAtOnce);
  return { ...estimate, seconds: Math.round(startSeconds + work) };
}

/** A role is assumed once an account. */
const hasRole = ({ properties, unchanged = {} }: Change): boolean =>
  "role" in unchanged ||
  properties.some(({ path, after, before }) => path === "role" && (after ?? before) !== undefined);

/** Until the engine's first step. */
const startSeconds = 2.5;
/** Steps that an engine takes at a time. */
const mostAtOnce = 16;
const bytesPerSecond = 50_000_000;
/** Reading, writing and proving one file of a table. */
const callsPerFile = 11;

/** Calls and seconds of one change, as counted on the emulator; of a replaced table without its files. */
const usual: Record<string, { calls: number; seconds: number }> = {
  "create ResourceDataSync": { calls: 2, seconds: 0.3 },
  "update ResourceDataSync": { calls: 2, seconds: 0.3 },
  "replace ResourceDataSync": { calls: 7, seconds: 0.6 },
  "delete ResourceDataSync": { calls: 3, seconds: 0.3 },
  "create DataExportConfiguration": { calls: 8, seconds: 1 },
  "update DataExportConfiguration": { calls: 5, seconds: 0.5 },
  "replace DataExportConfiguration": { calls: 16, seconds: 1 },
  "delete DataExportConfiguration": { calls: 5, seconds: 0.6 },
  "create AssetTable": { calls: 7, seconds: 0.3 },
  "update AssetTable": { calls: 0, seconds: 0 },
  "replace AssetTable": { calls: 88, seconds: 1.5 },
  "delete AssetTable": { calls: 9, seconds: 0.4 },
  "update Guards": { calls: 0, seconds: 0 },
};
