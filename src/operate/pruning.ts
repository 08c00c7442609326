import type { Clients } from "../aws/index.ts";
import { findBackups, hasObjectLock, layoutOf, receiptUri, retentionOf, s3ObjectStore } from "../backup/index.ts";
import type { DatedCopy, FoundBackup, ObjectStore, Receipt, Retention, StoreOptions } from "../backup/index.ts";
import { findTable } from "../../providers/slot/exported-table.ts";
import type { ExportedTable } from "../../providers/slot/exported-table.ts";
import { readRecord, releasesIn } from "../../providers/slot/release-record.ts";
import { tableBucketArn } from "../../providers/settings/export-settings.ts";

/** The slot of an export, where its backups lie, and which of them stay. */
export interface PruneSlot {
  account: string;
  region: string;
  /** `s3://bucket/prefix`. */
  backup: string;
  /** The account that owns the bucket. @default the slot's own */
  backupOwner?: string;
  keep: Retention;
}

/** A copy of the table that lies in the slot, in the place where it was made. */
export interface SlotCopy extends DatedCopy {
  receipt: Receipt;
  bytes: number;
}

/** What a retention comes to in one slot. */
export interface PruneForecast {
  /** With what each is kept for. */
  kept: {
    copy: SlotCopy;
    reasons: string[];
    /** Whether others go because it is newer and its table is there, so that it has to be held against that. */
    isAnchor: boolean;
  }[];
  expired: SlotCopy[];
  /** What a retention says nothing of, and why. */
  left: { location: string; reason: string }[];
}

/**
 * Returns which backups of a slot's tables a retention keeps and which may go, by reading alone. Those that a way back or the present table needs
 * stay, those that were moved there, and what is unfinished or cannot be understood. Of a table that is no longer there the backup with which it
 * was dropped was held against it then: the record names that one, it stays, and the older ones count up to it. Without it all of them stay.
 * @throws where anything could not be asked: then nothing may go
 */
export async function forecastPruning(
  slot: PruneSlot,
  { clients, store, signal }: { clients: Clients; store: ObjectStore; signal?: AbortSignal },
): Promise<PruneForecast> {
  const { account, region, backup, keep } = slot;
  const found = await findBackups(store, `${backup}/${account}/${region}`, signal);
  const releases = releasesIn(await readRecord(slot, store));
  const table = await findTable(clients, tableBucketArn(account, region));
  const wayBack = new Set(releases.flatMap(({ receipt }) => receipt ?? []));
  const last = new Map(releases.flatMap(({ tableArn, receipt }) => (receipt ? [[tableArn, receipt]] : [])));
  const copies: SlotCopy[] = [];
  const left: PruneForecast["left"] = [];
  for (const one of found) {
    const copy = copyOf(one, { slot, table, found, last });
    if (typeof copy === "string") left.push({ location: one.location, reason: copy });
    else copies.push(withNeed(copy, table!, wayBack));
  }
  const series = retentionOf(copies, keep);
  return {
    kept: series.flatMap(({ kept, newest, expired }) =>
      kept.map((each) => ({
        ...each,
        isAnchor: each.copy === newest && expired.length > 0 && newest.tableArn === table?.arn,
      })),
    ),
    expired: series.flatMap(({ expired }) => expired),
    left,
  };
}

/** Tells whether the bucket of a slot's backups locks its objects, so that nothing is deleted there. */
export function isLocked({ backup }: PruneSlot, clients: Clients, terms: StoreOptions): Promise<boolean> {
  return hasObjectLock(clients.s3(), backup, terms);
}

/** Returns on whose terms the backups of a slot are read and deleted. */
export function pruneTerms({ account, region, backupOwner = account }: PruneSlot, signal?: AbortSignal): StoreOptions {
  return { owner: backupOwner, caller: { account, region }, ...(signal && { signal }) };
}

/** Returns the store of a slot's backups. */
export function pruneStore(slot: PruneSlot, clients: Clients, signal?: AbortSignal): ObjectStore {
  return s3ObjectStore(clients.s3(), pruneTerms(slot, signal));
}

/** What tells whose copy a backup is. */
interface PruneContext {
  slot: PruneSlot;
  table: ExportedTable | undefined;
  found: readonly FoundBackup[];
  /** The receipt of the backup with which each table was dropped, by the table's ARN. */
  last: ReadonlyMap<string, string>;
}

/** The backup as a copy of which the retention speaks, or why nothing is said of it. */
function copyOf(one: FoundBackup, { slot, table, found, last }: PruneContext): SlotCopy | string {
  const { location, bytes, receipt, problem, isPublished, signedAt } = one;
  const { account, region, backup } = slot;
  if (problem !== undefined) return problem;
  if (receipt === undefined) return isPublished ? "its receipt is missing" : "it was not finished";
  const { source, destination, verifiedAt } = receipt;
  const layout = layoutOf(source, location);
  const isHere = destination.location === location && layout?.destination === backup;
  if (!isHere || source.account !== account || source.region !== region) {
    return `it is not where it was made: its receipt says ${destination.location}, ${source.account}/${source.region}`;
  }
  if (table === undefined) return "there is no table now, so it may be all that there is of it";
  if (signedAt === undefined) throw new Error(`When ${receiptUri(location)} was written is not told.`);
  if (source.tableArn !== table.arn) {
    const doubt = doubtOfDropped({ ...one, receipt, signedAt }, last.get(source.tableArn), found);
    if (doubt !== undefined) return doubt;
  }
  return { location, bytes, receipt, tableArn: source.tableArn, history: layout!.history, verifiedAt, signedAt };
}

/** Why nothing is said of a copy of a table that is no longer there; `undefined` where the backup with which it was dropped stands for it. */
function doubtOfDropped(
  { location, receipt, signedAt }: FoundBackup & { receipt: Receipt; signedAt: string },
  last: string | undefined,
  found: readonly FoundBackup[],
): string | undefined {
  if (last === undefined)
    return "its table is gone, and no record of its drop names a backup: it may be all that there is of it";
  const final = found.find((one) => receiptUri(one.location) === last);
  const folder = last.slice(0, -receiptUri("").length);
  const isThere = final?.receipt?.source.tableArn === receipt.source.tableArn && !final.isPartlyDeleted;
  if (!isThere || final.signedAt === undefined)
    return `its table is gone, and the backup with which it was dropped, ${folder}, is not there`;
  if (final.location === location) return undefined;
  if (signedAt > final.signedAt) return "it was written after its table was dropped";
  const kindOf = (copy: Receipt, at: string) => layoutOf(copy.source, at)?.history;
  return kindOf(receipt, location) === kindOf(final.receipt!, final.location)
    ? undefined
    : `its table is gone, and the backup with which it was dropped, ${folder}, has other snapshots`;
}

function withNeed(copy: SlotCopy, table: ExportedTable, wayBack: ReadonlySet<string>): SlotCopy {
  const { versionToken, metadataLocation } = copy.receipt.source;
  const isPresent =
    versionToken === table.versionToken ||
    (metadataLocation !== undefined && metadataLocation === table.metadataLocation);
  if (isPresent) return { ...copy, needed: "the table as it is now" };
  return wayBack.has(receiptUri(copy.location)) ? { ...copy, needed: "a way back" } : copy;
}
