import { operationsWorstFirst } from "../change/change.ts";
import type { Change } from "../change/change.ts";
import type { Plan } from "../plan/plan.ts";
import { clip, codeSpan, escapeMarkdown } from "./escape.ts";
import { signs } from "./words.ts";

/** Accounts and Regions as a table: its head, and its rows one by one. */
export interface Matrix {
  accounts: number;
  regions: number;
  head: string;
  rows: string[];
}

/**
 * Returns which account is changed in which Region, with the sign of the worst thing that is done there. Accounts of which all is the same
 * share a row, and none is left out. `undefined` where a list of changes says as much.
 */
export function matrixOf({ changes, names = {} }: Pick<Plan, "changes" | "names">): Matrix | undefined {
  const placed = changes.filter(({ account, region }) => account !== undefined && region !== undefined);
  const byAccount = Map.groupBy(placed, ({ account }) => account!);
  const regions = [...new Set(placed.map(({ region }) => region!))].toSorted();
  if (byAccount.size < 2 || placed.length < 4) return undefined;
  const cells = [...byAccount].map(([account, own]) => ({
    account,
    cells: regions.map((region) => markOf(own, region)).join(" | "),
  }));
  const alike = [...Map.groupBy(cells, ({ cells }) => cells)];
  const columns = regions.map((region) => codeSpan(clip(region, 60)));
  return {
    accounts: byAccount.size,
    regions: regions.length,
    head: `| Accounts | ${columns.join(" | ")} |\n|---|${regions.map(() => "---|").join("")}\n`,
    rows: alike.flatMap(([marks, same]) =>
      inRows(same.map(({ account }) => shownAs(account, names))).map((accounts) => `| ${accounts} | ${marks} |\n`),
    ),
  };
}

const perRow = 10;

function inRows(accounts: readonly string[]): string[] {
  const rows = Array.from({ length: Math.ceil(accounts.length / perRow) }, (_, at) =>
    accounts.slice(at * perRow, (at + 1) * perRow),
  );
  return rows.map((row) => row.join(", "));
}

function shownAs(account: string, names: Record<string, string>): string {
  const name = Object.hasOwn(names, account) ? ` ${escapeMarkdown(clip(names[account]!, 60))}` : "";
  return `${codeSpan(clip(account, 60))}${name}`;
}

function markOf(changes: readonly Change[], region: string): string {
  const there = new Set(changes.filter((change) => change.region === region).map(({ operation }) => operation));
  const worst = operationsWorstFirst.find((operation) => there.has(operation));
  return worst ? codeSpan(signs[worst]) : "";
}
