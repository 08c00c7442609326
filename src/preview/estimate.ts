import type { Change } from "./change.ts";
import type { Estimate } from "./plan.ts";
import type { Preflight } from "./preflight.ts";

/** Returns what applying the changes takes, by what each kind of change usually takes and how much the tables hold. */
export function estimateOf(changes: readonly Change[], { tables }: Pick<Preflight, "tables">): Estimate {
  const held = new Map(tables.map((table) => [table.name, table]));
  const estimate = { seconds: 0, calls: 0, bytes: 0 };
  let longest = 0;
  for (const { type, operation, name, facts } of changes) {
    const { calls, seconds } = usual[`${operation} ${type}`] ?? { calls: 1, seconds: 1 };
    const { bytes = 0, files = 0 } = facts.rows === "backedUp" ? (held.get(name) ?? {}) : {};
    estimate.calls += calls + files * callsPerFile;
    estimate.bytes += bytes;
    longest = Math.max(longest, seconds + bytes / bytesPerSecond);
    estimate.seconds += seconds / sideBySide;
  }
  return { ...estimate, seconds: Math.ceil(Math.max(longest, estimate.seconds)) };
}

/** Steps that an engine takes at a time. */
const sideBySide = 16;
const bytesPerSecond = 50_000_000;
/** Reading, writing and proving one file of a table. */
const callsPerFile = 4;

/** Calls and seconds of one change, its waiting included. */
const usual: Record<string, { calls: number; seconds: number }> = {
  "create ResourceDataSync": { calls: 2, seconds: 2 },
  "update ResourceDataSync": { calls: 2, seconds: 1 },
  "replace ResourceDataSync": { calls: 4, seconds: 3 },
  "delete ResourceDataSync": { calls: 2, seconds: 1 },
  "create DataExportConfiguration": { calls: 6, seconds: 4 },
  "update DataExportConfiguration": { calls: 4, seconds: 2 },
  "replace DataExportConfiguration": { calls: 12, seconds: 8 },
  "delete DataExportConfiguration": { calls: 4, seconds: 2 },
  "create AssetTable": { calls: 6, seconds: 2 },
  "update AssetTable": { calls: 0, seconds: 0 },
  "replace AssetTable": { calls: 20, seconds: 8 },
  "delete AssetTable": { calls: 6, seconds: 2 },
  "update Guards": { calls: 0, seconds: 0 },
};
