import type { ExportEntry, Path, Spec, SyncEntry } from "../spec/index.ts";
import { whereWritten } from "../spec/index.ts";
import { placed } from "./expand.ts";
import { remembered } from "./look.ts";
import type { Looks } from "./look.ts";
import { targetName } from "./target.ts";
import type { Target } from "./target.ts";

/** The entry that declares a resource, as it is in the resource's target. */
export interface DeclaringEntry {
  entry: SyncEntry | ExportEntry;
  target: Target;
}

/** Returns the entry of every sync, by its name, and of every export, by its account and Region, as declarations are named. */
export async function declaringEntries(spec: Spec, looks: Looks): Promise<Map<string, DeclaringEntry>> {
  const asked = remembered(looks);
  const syncs = await placed(spec.syncs, spec, asked, []);
  const exports = await placed(spec.exports, spec, asked, []);
  return new Map<string, DeclaringEntry>([
    ...syncs.map((one) => [`ResourceDataSync ${targetName(one.target)}/${one.entry.name}`, one] as const),
    ...exports.map((one) => [`DataExportConfiguration ${targetName(one.target)}`, one] as const),
  ]);
}

/** Returns the path at which a setting of an entry is written, or would be: in the entry, an override of it, a value for the target, or the defaults. */
export function pathOfSetting({ entry }: DeclaringEntry, setting: string): Path {
  const path = [...entry.path, ...setting.split(".")];
  return whereWritten({ code: "", message: "", path }, entry).path;
}
