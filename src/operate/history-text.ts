import type { HistoryEntry, SlotHistory } from "./history.ts";
import { wrapped } from "./wrapping.ts";

/** Returns the histories of slots as text: of each backup whose it is, its days and rows, and where it lies; and what is missing. */
export function historyLines(histories: readonly SlotHistory[], columns: number): string[] {
  return histories.flatMap((one, index) => [...(index > 0 ? [""] : []), ...slotLines(one, columns)]);
}

function slotLines({ account, region, entries, refused }: SlotHistory, columns: number): string[] {
  const days = new Set(entries.flatMap(({ gives, days: byDay }) => (gives === "all" ? Object.keys(byDay) : gives)));
  const rows = entries.reduce((sum, entry) => sum + rowsGiven(entry), 0);
  const head = `${account}/${region}  ${counted(days.size, "day")}, ${counted(rows, "row")} in ${counted(entries.length, "backup or table", "backups and tables")}`;
  const lines = entries.flatMap((entry) => {
    const { kind, domain = "unknown domain", asOf, gives, problem, location } = entry;
    const when = kind === "live" ? "live" : asOf === undefined ? "no receipt" : `verified ${asOf.slice(0, 10)}`;
    const taken = problem === undefined ? takenWords(entry, gives) : problem;
    return ["", `  ${domain}  ${daysWords(entry)}  ${when}`, `    ${taken}`, `    ${location}`];
  });
  return [head, ...lines, ...refused.flatMap((what) => ["", `  not looked at: ${what.split("\n")[0]}`])].flatMap(
    (line) => wrapped(line, columns),
  );
}

/** Rows in the files of the days that an entry gives. */
function rowsGiven({ days, undated, gives }: HistoryEntry): number {
  if (gives === "all") return Object.values(days).reduce((sum, rows) => sum + rows, undated);
  return gives.reduce((sum, day) => sum + (days[day] ?? 0), 0);
}

function daysWords({ days, undated }: HistoryEntry): string {
  const known = Object.keys(days);
  const rows = Object.values(days).reduce((sum, some) => sum + some, undated);
  if (known.length === 0) return undated > 0 ? `${counted(rows, "row")} of unknown days` : "no rows";
  const span = known.length === 1 ? known[0]! : `${known[0]} … ${known.at(-1)} (${counted(known.length, "day")})`;
  return `${span}, ${counted(rows, "row")}`;
}

function takenWords({ days }: HistoryEntry, gives: HistoryEntry["gives"]): string {
  if (gives === "all") return "a history takes all of it";
  if (gives.length === 0)
    return Object.keys(days).length > 0 ? "newer ones have all of its days" : "there is nothing to take";
  if (gives.length === Object.keys(days).length) return "a history takes all of its days";
  return `a history takes ${gives.length > 3 ? `${gives.length} of its days` : gives.join(", ")}; newer ones have the others`;
}

const counted = (count: number, noun: string, many = `${noun}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : many}`;
