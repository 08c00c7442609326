import { targetName } from "../../src/aws/index.ts";

type Target = { account: string; region: string };

/** What a claim and an export record of the tables there that the stack has met, and not made. */
interface ForeignTables {
  __tablesMet?: string[];
}

/**
 * ARNs by account/Region of tables that were taken over, or found in place of the recorded one. Whoever allows a loss by a domain's name has
 * the table in mind that the stack has made for it: an old state, or a lost one, would have the word count again for a later one.
 */
const foreignByTarget = new Map<string, Set<string>>();

/** Notes that a table was met. */
export function noteForeignTable(target: Target, tableArn: string): void {
  foreignByTarget.set(targetName(target), foreignTablesIn(target).add(tableArn));
}

/** Notes what a recorded resource tells of them. */
export function noteRecordedForeignTables(recorded: object): void {
  const { account, region, __tablesMet: tables } = recorded as Partial<Target> & ForeignTables;
  if (account === undefined || region === undefined || !Array.isArray(tables)) return;
  for (const table of tables) noteForeignTable({ account, region }, table);
}

/** Returns the tables that were met in an account and Region. */
export function foreignTablesIn(target: Target): Set<string> {
  return foreignByTarget.get(targetName(target)) ?? new Set();
}

/** Returns what a resource there records of them: nothing where none was met. */
export function foreignRecord(target: Target): ForeignTables {
  const tables = [...foreignTablesIn(target)];
  return tables.length > 0 ? { __tablesMet: tables } : {};
}

/** Forgets them: another run begins in this process. */
export function forgetForeignTables(): void {
  foreignByTarget.clear();
}

/** Notes a table that lies where the recorded one is gone. */
export function noteOtherTable(recorded: Target & { tableArn?: string }, { tableArn }: { tableArn?: string }): void {
  if (recorded.tableArn && tableArn && tableArn !== recorded.tableArn) noteForeignTable(recorded, tableArn);
}
