import { InvalidArgumentError } from "commander";
import {
  checkBackup,
  deleteBackup,
  findBackups,
  hasObjectLock,
  periods,
  retentionOf,
  s3ObjectStore,
} from "../../backup/index.ts";
import type { FinishedBackup, FoundBackup, Retention, TableRetention } from "../../backup/index.ts";
import type { AccountAccess } from "../aws-access.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { tableLines } from "../terminal/table-lines.ts";

/** What `backup prune` is asked for. */
export interface PruneRequest {
  /** s3://bucket/prefix. */
  below: string;
  keep: Retention;
  /** Whether what is expired is deleted; else it is only shown. */
  isMeant: boolean;
  /** The account that must own the bucket. */
  owner: string;
  output: string;
}

/** What becomes of one backup. */
interface Fate {
  location: string;
  verifiedAt?: string;
  bytes: number;
  result: "kept" | "expired" | "deleted" | "left";
  reason: string;
}

/** Reads `daily=7,monthly=12`. */
export function readRetention(text: string): Retention {
  const retention: Retention = {};
  for (const part of text.split(",")) {
    const [, name, count] = /^\s*([a-z]+)=([1-9]\d{0,3})\s*$/.exec(part) ?? [];
    const period = periods.find((one) => one === name);
    if (period === undefined || retention[period] !== undefined)
      throw new InvalidArgumentError(`Give how many of each are kept: ${periods.join("=…,")}=…; daily=7,monthly=12.`);
    retention[period] = Number(count);
  }
  return retention;
}

/**
 * Shows which backups below an address a retention keeps, and deletes the others where that is meant. Of a table nothing is deleted before
 * its newest backup was read back whole and held against the table itself: a receipt alone proves nothing.
 * @returns the exit code: 1 where a table's backups were left because that does not hold
 */
export async function pruneBackups(
  request: PruneRequest,
  { clients, ...caller }: AccountAccess,
  io: Io,
): Promise<number> {
  const { below, keep, isMeant, owner, output } = request;
  const s3 = clients.s3();
  const store = s3ObjectStore(s3, { owner, caller });
  const source = s3ObjectStore(s3, { caller });
  const signal = io.interrupted();
  const backups = await findBackups(store, below, signal);
  if (backups.length === 0) throw new CommandError(Exit.wrong, `There are no backups below ${below}.`);
  if (await hasObjectLock(s3, below, owner)) {
    throw new CommandError(
      Exit.wrong,
      `The bucket of ${below} has Object Lock: how long its objects stay is its own retention's, and nothing there is deleted.`,
    );
  }
  const tables = retentionOf(backups, keep);
  const fates: Fate[] = untouched(backups, tables);
  for (const { newest, kept, expired } of tables) {
    fates.push(...kept.map(({ backup, reasons }) => fateOf(backup, "kept", reasons.join(", "))));
    if (expired.length === 0) continue;
    const doubt = await longCopy(io, (watch) => doubtOn(newest, { ...watch, store, source }));
    for (const backup of expired) {
      signal.throwIfAborted();
      if (doubt === undefined && isMeant) await deleteBackup(s3, store, backup.location, owner, signal);
      fates.push(fateOf(backup, doubt === undefined ? (isMeant ? "deleted" : "expired") : "left", doubt ?? ""));
    }
  }
  const sorted = fates.toSorted((a, b) => (a.location < b.location ? -1 : 1));
  if (output === "json") io.out.line(JSON.stringify({ backups: sorted }, undefined, 2));
  else print(sorted, isMeant, io);
  return fates.some(({ result, verifiedAt }) => result === "left" && verifiedAt !== undefined)
    ? Exit.failed
    : Exit.done;
}

/** Returns why nothing may go because of a table's newest backup; `undefined` where it is whole and holds the table. */
async function doubtOn(
  { location, receipt }: FinishedBackup,
  look: Omit<Parameters<typeof checkBackup>[0], "receipt">,
): Promise<string | undefined> {
  const { ok, problems, against } = await checkBackup({ ...look, receipt });
  if (!ok) return `the newest, ${location}, is not whole: ${problems[0]}`;
  if (against === "source") return undefined;
  return `the newest, ${location}, can be held against its receipt alone, since its version of the table is gone: back the table up anew, or delete by hand`;
}

/** Those that no retention speaks of. */
function untouched(backups: readonly FoundBackup[], tables: readonly TableRetention[]): Fate[] {
  const known = new Set(tables.flatMap(({ kept, expired }) => [...kept.map(({ backup }) => backup), ...expired]));
  return backups.flatMap((backup) => {
    if (known.has(backup as FinishedBackup)) return [];
    const { receipt, problem, isPublished } = backup;
    const reason = receipt
      ? "it was made elsewhere"
      : isPublished
        ? "its receipt is not there"
        : problem === undefined
          ? "it is unfinished"
          : "its receipt cannot be read";
    return [{ location: backup.location, bytes: backup.bytes, result: "left" as const, reason }];
  });
}

const fateOf = ({ location, bytes, receipt }: FinishedBackup, result: Fate["result"], reason: string): Fate => ({
  location,
  verifiedAt: receipt.verifiedAt,
  bytes,
  result,
  reason,
});

function print(fates: readonly Fate[], isMeant: boolean, io: Io): void {
  const rows = fates.map(({ result, verifiedAt = "", bytes, location, reason }) => [
    result,
    verifiedAt.slice(0, 19).replace("T", " "),
    String(bytes),
    reason === "" || result === "left" ? location : `${location}  (${reason})`,
  ]);
  for (const line of tableLines([["", "verified", "bytes", "lies at"], ...rows])) io.out.line(line);
  for (const { result, location, reason } of fates)
    if (result === "left") io.out.line(`${location} is left: ${reason}.`);
  const gone = fates.filter(({ result }) => result === "expired" || result === "deleted");
  const bytes = gone.reduce((sum, fate) => sum + fate.bytes, 0);
  if (gone.length === 0) io.out.line("No backup is expired.");
  else if (isMeant) io.out.line(`Deleted ${gone.length} of ${fates.length} backups, ${bytes} bytes.`);
  else
    io.out.line(
      `${gone.length} of ${fates.length} backups are expired, ${bytes} bytes. Nothing was deleted: --yes does it.`,
    );
}
