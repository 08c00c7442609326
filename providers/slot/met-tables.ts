import { targetName } from "../../src/aws/index.ts";

type Target = { account: string; region: string };

/** What a claim and an export record of the tables there that the stack has met, and not made. */
interface Met {
  __tablesMet?: string[];
}

/**
 * ARNs by account/Region of tables that were taken over, or found in place of the recorded one. Whoever allows a loss by a domain's name has
 * the table in mind that the stack has made for it: an old state, or a lost one, would have the word count again for a later one.
 */
const met = new Map<string, Set<string>>();

/** Notes that a table was met. */
export function noteMetTable(target: Target, tableArn: string): void {
  met.set(targetName(target), tablesMet(target).add(tableArn));
}

/** Notes what a recorded resource tells of them. */
export function noteRecordedMetTables(recorded: object): void {
  const { account, region, __tablesMet: tables } = recorded as Partial<Target> & Met;
  if (account === undefined || region === undefined || !Array.isArray(tables)) return;
  for (const table of tables) noteMetTable({ account, region }, table);
}

/** Returns the tables that were met in an account and Region. */
export function tablesMet(target: Target): Set<string> {
  return met.get(targetName(target)) ?? new Set();
}

/** Returns what a resource there records of them: nothing where none was met. */
export function metRecord(target: Target): Met {
  const tables = [...tablesMet(target)];
  return tables.length > 0 ? { __tablesMet: tables } : {};
}

/** Forgets them: another run begins in this process. */
export function forgetMetTables(): void {
  met.clear();
}

/** Notes a table that lies where the recorded one is gone. */
export function noteOtherTable(recorded: Target & { tableArn?: string }, { tableArn }: { tableArn?: string }): void {
  if (recorded.tableArn && tableArn && tableArn !== recorded.tableArn) noteMetTable(recorded, tableArn);
}
