import { connect, explain } from "../aws/index.ts";
import { findBackups, s3ObjectStore } from "../backup/index.ts";
import type { FoundBackup } from "../backup/index.ts";
import { findTable } from "../../providers/slot/exported-table.ts";
import { tableBucketArn } from "../../providers/settings/export-settings.ts";
import type { TargetToRead } from "../targets/index.ts";
import type { Health, WantedEntry } from "./health.ts";

/** Whether the newest backup of a table is as young as it may be. */
export interface BackupAge {
  state: "young" | "old" | "missing";
  /** What is told of the table, without a subject. */
  message: string;
  /** When the newest backup was verified, ISO 8601. */
  newest?: string;
}

/**
 * Returns how old the newest backup of a table is, of those that lie where they were made. What a receipt says of its time is believed as far as the
 * store's own clock bears it out. A backup of the table as it is now is none too old, whenever it was made.
 */
export function backupAgeOf(
  found: readonly FoundBackup[],
  { tableArn, versionToken }: { tableArn: string; versionToken: string },
  { hours, now }: { hours: number; now: number },
): BackupAge {
  const backupsOfTable = found.flatMap(({ receipt, location, signedAt, isPartlyDeleted }) => {
    if (!receipt || isPartlyDeleted || receipt.destination.location !== location) return [];
    const { source, verifiedAt } = receipt;
    const times = [verifiedAt, ...(signedAt === undefined ? [] : [signedAt])].map((time) => Date.parse(time));
    return source.tableArn === tableArn ? { time: Math.min(...times), versionToken: source.versionToken } : [];
  });
  if (backupsOfTable.length === 0) return { state: "missing", message: "has no backup. Make one: sluice backup --all" };
  const newest = new Date(Math.max(...backupsOfTable.map(({ time }) => time))).toISOString();
  const present = backupsOfTable.find((one) => one.versionToken === versionToken);
  if (present !== undefined) {
    const at = new Date(present.time).toISOString();
    return { state: "young", message: `is backed up as it is now, at ${at}.`, newest: at };
  }
  const age = Math.floor((now - Date.parse(newest)) / 3_600_000);
  if (age < hours) return { state: "young", message: `was backed up ${age} h ago.`, newest };
  return {
    state: "old",
    message: `was backed up ${age} h ago, and has changed since: ${hours} h are allowed.`,
    newest,
  };
}

/** Looks at the backups of an export's table, as a part of its status. */
export async function backupHealth(
  target: TargetToRead,
  { account, region, freshness, backups }: WantedEntry,
  now: number,
  signal?: AbortSignal,
): Promise<Pick<Health, "state" | "message" | "newest" | "by">> {
  const { place, owner = account } = backups!;
  try {
    const clients = await connect(target, { signal });
    const table = await findTable(clients, tableBucketArn(account, region));
    if (table === undefined) return { state: "waiting", message: "There is no table to back up yet." };
    const store = s3ObjectStore(clients.s3(), { owner, caller: { account, region }, ...(signal && { signal }) });
    const found = await findBackups(store, `${place}/${account}/${region}`, signal);
    const version = { tableArn: table.arn, versionToken: table.versionToken };
    const { state, message, newest } = backupAgeOf(found, version, { hours: freshness, now });
    const basis = newest === undefined ? {} : ({ newest, by: "bucket" } as const);
    if (state === "young") return { state: "delivering", message: "", ...basis };
    return { state: state === "old" ? "late" : "missing", message: `The table ${message}`, ...basis };
  } catch (error) {
    signal?.throwIfAborted();
    const { message } = explain(error, "look at", { account, region, resource: "the backups" });
    return { state: "unknown", message };
  }
}
