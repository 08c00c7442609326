import type { ExportEntry, Path, Spec, SyncEntry } from "../spec/index.ts";
import { locateFinding } from "../spec/index.ts";
import { entriesInTargets } from "./expand.ts";
import { rememberAnswers } from "./lookups.ts";
import type { Lookups } from "./lookups.ts";
import { targetName } from "./target.ts";
import type { Target } from "./target.ts";

/** The entry that declares a resource, as it is in the resource's target. */
export interface DeclaringEntry {
  entry: SyncEntry | ExportEntry;
  target: Target;
}

/** Returns the entry of every sync, by its name, and of every export, by its account and Region, as declarations are named. */
export async function declaringEntries(spec: Spec, lookups: Lookups): Promise<Map<string, DeclaringEntry>> {
  const asked = rememberAnswers(lookups);
  const syncs = await entriesInTargets(spec.syncs, spec, asked, []);
  const exports = await entriesInTargets(spec.exports, spec, asked, []);
  return new Map<string, DeclaringEntry>([
    ...syncs.map((one) => [`ResourceDataSync ${targetName(one.target)}/${one.entry.name}`, one] as const),
    ...exports.map((one) => [`DataExportConfiguration ${targetName(one.target)}`, one] as const),
  ]);
}

/** Returns the path at which a setting of an entry is written, or would be: in the entry, an override of it, a value for the target, or the defaults. */
export function pathOfSetting({ entry }: DeclaringEntry, setting: string): Path {
  const path = [...entry.path, ...setting.split(".")];
  return locateFinding({ code: "", message: "", path }, entry).path;
}
