import type { SpecDocument } from "./schema/schema.ts";
import type { ExportEntry, Origins, Selection, SyncEntry, Varied } from "./spec.ts";

/** A document whose values are those of one target, or of none yet. */
type Plain<Value> = Value extends string | object
  ? Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? { [Key in keyof Value]: Plain<Exclude<Value[Key], Record<string, string>>> }
      : Value
  : Value;
type SyncDocument = Plain<NonNullable<SpecDocument["syncs"]>[string]>;
type ExportDocument = Plain<NonNullable<SpecDocument["exports"]>[string]>;

/** What an entry has beside its settings. */
type Written = Pick<Selection, "path" | "source"> & {
  key: string;
  selection?: Selection;
  origins: Origins;
  varied?: Varied;
};

/** Returns the sync that a document stands for, with its defaults filled in; what is missing is empty. */
export function syncOf(document: object, entry: Written): SyncEntry {
  const sync = document as SyncDocument;
  const { key } = entry;
  const { name = key, destination, source, enabled = true, adopt = false, protect = false, retain = false } = sync;
  return {
    ...entry,
    name,
    enabled,
    adopt,
    protect,
    retain,
    freshness: hoursOf(sync.freshness),
    destination: destination && { ...destination, bucket: destination.bucket ?? "", region: destination.region ?? "" },
    from: source && {
      ...source,
      regions: source.regions ?? [],
      includeFutureRegions: source.includeFutureRegions ?? false,
      enableAllOpsDataSources: source.enableAllOpsDataSources ?? false,
    },
  };
}

/** Returns the export that a document stands for, with its defaults filled in; what is missing is empty. */
export function exportOf(document: object, written: Written): ExportEntry {
  const entry = document as ExportDocument;
  const { domain = "", enabled = true, encryption, recordExpirationDays, table = {} } = entry;
  const { adopt = false, protect = false, retain = false } = entry;
  const { backup = "none", method = "copy", history = "all", onRemoval = "keep", leftover = "ask" } = table;
  const { backupOwner, backupKey, keep, backupFreshness } = table;
  return {
    ...written,
    domain,
    enabled,
    kmsKey: encryption?.kmsKey,
    recordExpirationDays,
    keep,
    backupFreshness: hoursOf(backupFreshness),
    table: { backup, backupOwner, backupKey, method, history, onRemoval, leftover },
    adopt,
    protect,
    retain,
    freshness: hoursOf(entry.freshness),
  };
}

function hoursOf(duration: string | undefined): number | undefined {
  const [, count, unit] = /^(\d+)([hd])$/.exec(duration ?? "") ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "d" ? 24 : 1);
}
