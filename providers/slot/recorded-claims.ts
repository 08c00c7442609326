import { targetName } from "../../src/aws/index.ts";
import { forgetForeignTables, noteRecordedForeignTables, foreignTablesIn } from "./foreign-tables.ts";
import { forgetUsedAllowances, noteRecordedAllowances } from "./used-allowances.ts";
import type { TableSettings } from "../settings/table-settings.ts";

type Target = Pick<TableSettings, "account" | "region">;

/** What the state tells of who had an account's and Region's exported table: a claim of it, or the export that goes with one. */
export interface RecordedClaim extends Target {
  domain: string;
  /** The table, where the state knows it. */
  tableArn?: string;
  /** Of an export: when AWS created it, ISO 8601. */
  createdAt?: string;
  /** Whether its create could not be finished. */
  isUnfinished?: true;
  /** Of a claim: where its backups and its record lie. */
  backup?: string;
  backupOwner?: string;
}

/** By account/Region. One that is replaced stays in the state until its replacement is made, however many runs that takes. */
const claims = new Map<string, RecordedClaim[]>();

/** Notes what a recorded resource tells of a table's owner and of used allowances, for what comes in its place. */
export function noteRecorded(recorded: object): void {
  noteRecordedAllowances(recorded);
  noteRecordedForeignTables(recorded);
  const {
    account,
    region,
    domain,
    tableArn,
    createdAt,
    backup,
    backupOwner,
    __unfinished: unfinished,
  } = recorded as Partial<Record<string, unknown>>;
  if (typeof account !== "string" || typeof region !== "string" || typeof domain !== "string") return;
  const claim: RecordedClaim = {
    account,
    region,
    domain,
    ...(typeof tableArn === "string" && { tableArn }),
    ...(typeof createdAt === "string" && { createdAt }),
    ...(unfinished !== undefined && unfinished !== null && unfinished !== "update" && { isUnfinished: true }),
    ...(typeof backup === "string" && { backup }),
    ...(typeof backupOwner === "string" && { backupOwner }),
  };
  claims.set(targetName(claim), [...recordedClaims(claim), claim]);
}

/** Returns what the state tells of an account and Region. */
export function recordedClaims(target: Target): readonly RecordedClaim[] {
  return claims.get(targetName(target)) ?? [];
}

/**
 * Returns the name by which the loss of a table may be allowed: that of its domain, unless the stack has not made the table for it as far as
 * the state tells; `undefined` where only the ARN says which table is meant.
 */
export function nameForLoss(target: Target, tableArn: string, owner: string | undefined): string | undefined {
  const isOther = owner !== undefined && knowsOther({ ...target, domain: owner }, tableArn);
  return isOther || foreignTablesIn(target).has(tableArn) ? undefined : owner;
}

/** Tells whether the state knows another table of the domain, and not this one. */
export function knowsOther({ domain, ...target }: Target & { domain: string }, tableArn: string): boolean {
  const known = recordedClaims(target).flatMap((claim) =>
    claim.domain === domain && claim.tableArn !== undefined ? [claim.tableArn] : [],
  );
  return known.length > 0 && !known.includes(tableArn);
}

/** Tells whether the create of a target's export is still to be finished. */
export function isUnfinishedCreate({ domain, ...target }: Target & { domain: string }): boolean {
  return recordedClaims(target).some((claim) => claim.domain === domain && claim.isUnfinished);
}

/** Forgets all that was noted of recorded resources: another run begins in this process. */
export function forgetRecorded(): void {
  claims.clear();
  forgetForeignTables();
  forgetUsedAllowances();
}
