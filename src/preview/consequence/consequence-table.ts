import type { AssetTableInputs } from "../../resources/index.ts";
import { lossAllowanceReason } from "./allowed-loss.ts";
import type { Facts, FoundTable, Operation } from "../change/change.ts";

type Table = Partial<AssetTableInputs>;

/**
 * Returns what a change of the claim does to the table. An account and Region has one place for it, so a new owner makes the old table
 * give way: it is backed up where the new claim says, while the old export still runs; AWS keeps no copy of a deleted one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-delete.html
 */
export function tableFacts(operation: Operation, before: Table, after: Table, tableArn?: string): Facts {
  switch (operation) {
    case "delete": {
      const backedUp = before.onRemoval === "backUpAndDrop" && hasBackup(before);
      return {
        rows: backedUp ? "backedUp" : "kept",
        domain: before.domain,
        ...(backedUp && { backup: backupOf(before) }),
      };
    }
    case "replace":
      return replacedFacts(before, after, tableArn);
    case "update":
      return { rows: "kept", domain: after.domain, backup: backupOf(after), formerBackup: backupOf(before) };
    default:
      return claimFacts(after);
  }
}

/** `leftover` speaks of a table of unknown origin alone, and without a place for a copy `drop` is a loss. */
function claimFacts(after: Table): Facts {
  const { domain, leftover = "ask", allowLoss } = after;
  const facts = { domain, leftover, backup: backupOf(after) };
  if (leftover !== "drop" || hasBackup(after)) return { rows: "none", ...facts };
  // Whose table it will be nobody knows yet; any word for this target may be the one that names it.
  const allowed = allowLoss?.[0]?.reason;
  return { rows: "dropped", ...facts, ...(allowed && { allowed }) };
}

function replacedFacts(before: Table, after: Table, tableArn: string | undefined): Facts {
  const facts = { domain: before.domain, next: after.domain, backup: backupOf(after) };
  const fits = JSON.stringify(keyOf(before)) === JSON.stringify(keyOf(after));
  if (before.domain === after.domain && fits) return { rows: "kept", ...facts };
  if (hasBackup(after)) return { rows: "backedUp", ...facts };
  const allowed = lossAllowanceReason(after.allowLoss, before.domain, tableArn);
  return { rows: "dropped", ...facts, ...(allowed && { allowed }) };
}

/** Returns the facts in words; of a table that was looked at, what is done with it. */
export function tableSentence(operation: Operation, facts: Facts, found?: FoundTable): string {
  // A claim that changes in place does nothing to the table.
  return found && operation !== "update" ? foundSentence(operation, facts, found) : sentenceByInputs(operation, facts);
}

/** Says what is done by the inputs of both sides alone. */
function sentenceByInputs(operation: Operation, facts: Facts): string {
  const { rows, domain, backup } = facts;
  const table = `The table of ${String(domain)}`;
  switch (operation) {
    case "delete":
      if (rows !== "backedUp") return `${table} stays with all its rows; only the claim on it ends.`;
      return `${table} is backed up to ${String(backup)}, verified and then dropped.`;
    case "replace":
      return replacedSentence(facts, table);
    case "update":
      return updatedSentence(facts);
    default:
      return `The place of ${String(domain)}'s table is claimed; a table of unknown origin found there ${unknownIn(facts)}; one that another domain has left ${releasedIn(facts)}.`;
  }
}

/** A claim that is replaced has a `next`; one that is new is itself the next. */
function foundSentence(operation: Operation, facts: Facts, found: FoundTable): string {
  const { domain, next = domain, backup, allowed } = facts;
  const { becomes, owner, isExporting, isEmpty } = found;
  const whose = owner === undefined ? "The table that lies there, of unknown origin" : `The table of ${owner}`;
  const table = isEmpty ? `${whose}, without a row,` : owner === undefined ? `${whose},` : whose;
  if (operation === "delete" && becomes !== "unknown" && becomes !== "stops") {
    if (becomes === "absent")
      return "No table lies there: nothing is backed up and nothing is dropped, only the claim ends.";
    return becomes === "kept"
      ? `${table} stays with all its rows; only the claim on it ends.`
      : `${table} is backed up to ${String(backup)}, verified and then dropped.`;
  }
  const successor = owner === next ? "one with the new encryption" : `that of ${String(next)}`;
  switch (becomes) {
    case "absent":
      return `No table lies there: nothing is backed up and nothing is dropped, and ${String(next)} begins with an empty one.`;
    case "kept":
      return `${table} stays with all its rows and is claimed for ${String(next)}.`;
    case "backedUp": {
      const meanwhile = isExporting ? " while its export still runs" : "";
      return `${table} is backed up to ${String(backup)}${meanwhile}, the copy is read back and verified against it, and only then the table is dropped to make room for ${successor}.`;
    }
    case "dropped":
      return `${table} is DROPPED WITHOUT A BACKUP to make room for ${successor}${allowed ? "" : ", as the spec allows"}.`;
    case "unknown":
      return `Whether a table lies there, and whose, could not be looked at, and nothing is taken away before it could. By spec and state: ${sentenceByInputs(operation, facts)}`;
    default:
      return `${table} is not touched: what the plan finds stops this before.`;
  }
}

/** `leftover` does not speak of a table that is known to be another domain's. */
function releasedIn({ backup }: Facts): string {
  return backup === "none"
    ? "stops the deployment, unless its loss is allowed"
    : `is backed up to ${String(backup)}, verified and then dropped`;
}

function unknownIn({ leftover, rows, allowed, backup }: Facts): string {
  if (rows === "dropped")
    return allowed ? "is DROPPED WITHOUT A BACKUP" : "would be DROPPED WITHOUT A BACKUP, which nothing allows";
  switch (leftover) {
    case "adopt":
      return "is taken over with its rows";
    case "backUpAndDrop":
    case "drop":
      return backup === "none"
        ? "stops the deployment, because there is no backup to write to"
        : `is backed up to ${String(backup)}, verified and then dropped`;
    default:
      return "is left alone and stops the deployment";
  }
}

function replacedSentence({ rows, domain, next, backup, allowed }: Facts, table: string): string {
  const successor = domain === next ? "one with the new encryption" : `that of ${String(next)}`;
  switch (rows) {
    case "backedUp":
      return `${table} is backed up to ${String(backup)} while its export still runs, the copy is read back and verified against it, and only then the table is dropped to make room for ${successor}.`;
    case "dropped":
      return allowed
        ? `${table} is DROPPED WITHOUT A BACKUP to make room for ${successor}.`
        : `${table} would be DROPPED WITHOUT A BACKUP to make room for ${successor}, which nothing allows.`;
    default:
      return `${table} stays with all its rows and is claimed again.`;
  }
}

function updatedSentence({ backup, formerBackup }: Facts): string {
  if (backup === formerBackup)
    return "The table and its rows are not touched; the settings count when it has to give way.";
  const later = backup === "none" ? "no later backup is made" : `later backups go to ${String(backup)}`;
  const copies = formerBackup === "none" ? "" : ", and copies already made stay";
  return `The table and its rows are not touched; ${later}${copies}.`;
}

const hasBackup = ({ backup }: Table): boolean => backup !== undefined && backup !== "none";

const keyOf = ({ encryption = { sseAlgorithm: "AES256" as const } }: Table): unknown[] => [
  encryption.sseAlgorithm,
  encryption.kmsKeyArn,
];

/** Copies lie below account and Region, so one destination serves a whole fleet. */
const backupOf = (table: Table): string =>
  hasBackup(table) ? `${String(table.backup).replace(/\/$/, "")}/${table.account}/${table.region}/` : "none";
