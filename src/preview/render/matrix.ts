import { operationsWorstFirst } from "../change/change.ts";
import type { Change, Operation } from "../change/change.ts";
import type { Plan } from "../plan/plan.ts";
import { clip, codeSpan, escapeMarkdown } from "./escape.ts";
import { signs } from "./words.ts";

/** Accounts and Regions as a table. */
export interface Matrix {
  /** `300 accounts × 4 Regions`. */
  title: string;
  regions: string[];
  /** The worst thing that is done in each of the Regions. */
  accounts: { id: string; name?: string; worst: (Operation | undefined)[] }[];
}

/** Returns which account is changed in which Region. `undefined` where a list of changes says as much. */
export function matrixOf({ changes, names = {} }: Pick<Plan, "changes" | "names">): Matrix | undefined {
  const placed = changes.filter(({ account, region }) => account !== undefined && region !== undefined);
  const byAccount = Map.groupBy(placed, ({ account }) => account!);
  const regions = [...new Set(placed.map(({ region }) => region!))].toSorted();
  if (byAccount.size < 2 || placed.length < 4) return undefined;
  const accounts = [...byAccount].map(([id, changesOfAccount]) => ({
    id,
    ...(Object.hasOwn(names, id) && { name: names[id]! }),
    worst: regions.map((region) => worstIn(changesOfAccount, region)),
  }));
  const title = `${accounts.length} accounts × ${regions.length} Region${regions.length === 1 ? "" : "s"}`;
  return { title, regions, accounts };
}

/** Returns the table in Markdown, row by row. Accounts of which all is the same share a row, and none is left out. */
export function markdownMatrix({ regions, accounts }: Matrix): { head: string; rows: string[] } {
  const columns = regions.map((region) => codeSpan(clip(region, 60)));
  const alike = Map.groupBy(accounts, ({ worst }) => worst.map((one) => (one ? codeSpan(signs[one]) : "")).join(" | "));
  return {
    head: `| Accounts | ${columns.join(" | ")} |\n|---|${regions.map(() => "---|").join("")}\n`,
    rows: [...alike].flatMap(([marks, same]) => inRows(same.map(shown)).map((row) => `| ${row} | ${marks} |\n`)),
  };
}

const perRow = 10;

function inRows(accounts: readonly string[]): string[] {
  const rows = Array.from({ length: Math.ceil(accounts.length / perRow) }, (_, at) =>
    accounts.slice(at * perRow, (at + 1) * perRow),
  );
  return rows.map((row) => row.join(", "));
}

const shown = ({ id, name }: Matrix["accounts"][number]): string =>
  `${codeSpan(clip(id, 60))}${name === undefined ? "" : ` ${escapeMarkdown(clip(name, 60))}`}`;

function worstIn(changes: readonly Change[], region: string): Operation | undefined {
  const there = new Set(changes.filter((change) => change.region === region).map(({ operation }) => operation));
  return operationsWorstFirst.find((operation) => there.has(operation));
}
