import type { AssetTableInputs } from "../resources/asset-table.ts";
import type { Operation } from "./change.ts";

type Table = Partial<AssetTableInputs>;

/**
 * What a change of the claim does to the table. An account and Region has one place for it, so a new owner makes the
 * old table give way; AWS keeps no copy of a deleted one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-delete.html
 */
export function tableConsequence(operation: Operation, before: Table, after: Table): string {
  switch (operation) {
    case "create":
      return `The place of ${after.domain}'s table is claimed; ${foundThere(after)}.`;
    case "delete":
      return removed(before);
    case "replace":
      return replaced(before, after);
    case "update":
      return updated(before, after);
  }
}

/** What becomes of a table of unknown origin. */
function foundThere(table: Table): string {
  switch (table.leftover) {
    case "adopt":
      return "a table of unknown origin found there is taken over with its rows";
    case "backUpAndDrop":
      return hasBackup(table)
        ? `a table of unknown origin found there is backed up to ${backupOf(table)}, verified and then dropped`
        : "a table of unknown origin found there stops the deployment, because there is no backup to write to";
    case "drop":
      return "a table of unknown origin found there is DROPPED WITHOUT A BACKUP";
    default:
      return "a table of unknown origin found there is left alone and stops the deployment";
  }
}

function removed(table: Table): string {
  if (table.onRemoval !== "backUpAndDrop")
    return `The table of ${table.domain} stays with all its rows; only the claim on it ends.`;
  return hasBackup(table)
    ? `The table of ${table.domain} is backed up to ${backupOf(table)}, verified and then dropped.`
    : `The table of ${table.domain} cannot be backed up, because there is no backup to write to, and so is not dropped.`;
}

/** A released table is known by its record, which lies beside the backups; elsewhere it is a table of unknown origin. */
function replaced(before: Table, after: Table): string {
  const table = `The table of ${before.domain}`;
  const next = before.domain === after.domain ? "one with the new encryption" : `that of ${after.domain}`;
  const backedUp = (to: Table) =>
    `${table} is backed up to ${backupOf(to)}, the copy is read back and verified, and only then the table is dropped to make room for ${next}.`;
  if (before.onRemoval === "backUpAndDrop" && hasBackup(before)) return backedUp(before);
  if (hasBackup(after) && before.backup === after.backup) return backedUp(after);
  switch (after.leftover) {
    case "adopt":
      return `${table} is taken over with its rows by ${after.domain}.`;
    case "backUpAndDrop":
      return backedUp(after);
    case "drop":
      return `${table} is DROPPED WITHOUT A BACKUP to make room for ${next}.`;
    default:
      return hasBackup(after)
        ? `${table} stays where it is and stops the deployment, because no record beside the backups tells that it may go.`
        : `${table} stays where it is and stops the deployment, because there is no backup to write to.`;
  }
}

function updated(before: Table, after: Table): string {
  if (before.backup === after.backup)
    return "The table and its rows are not touched; the settings count when it has to give way.";
  const later = hasBackup(after) ? `later backups go to ${backupOf(after)}` : "no later backup is made";
  return `The table and its rows are not touched; ${later}${hasBackup(before) ? ", and copies already made stay" : ""}.`;
}

const hasBackup = ({ backup }: Table): boolean => backup !== undefined && backup !== "none";

/** Copies lie below account and Region, so one destination serves a whole fleet. */
const backupOf = ({ backup, account, region }: Table): string =>
  `${String(backup).replace(/\/$/, "")}/${account}/${region}/`;
