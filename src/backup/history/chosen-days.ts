import type { TableDays } from "./days.ts";

/** A copy of a table, or the table itself, as far as it matters for a history. */
export interface DatedSource extends TableDays {
  tableArn: string;
  /** The domain whose export it is; absent where nobody knows. */
  domain?: string;
  /** When its rows were last known to be there, ISO 8601; the table itself is the newest. */
  asOf: string;
}

/**
 * Returns of each source the days that a history takes from it, so that each day of a domain is in it once: from the newest source that has the
 * day. Of what has rows of no known day all is taken, and nothing else of the same table. Sources without a day to give have an empty set.
 */
export function chosenDays<Source extends DatedSource>(
  sources: readonly Source[],
): Map<Source, ReadonlySet<string> | "all"> {
  const chosen = new Map<Source, ReadonlySet<string> | "all">(sources.map((source) => [source, new Set<string>()]));
  const newestFirst = sources.toSorted((a, b) => (a.asOf < b.asOf ? 1 : -1));
  const whole = new Set<string>();
  const taken = new Map<string, Set<string>>();
  for (const source of newestFirst) {
    const { tableArn, domain = tableArn, days, undated } = source;
    if (whole.has(tableArn)) continue;
    const known = taken.get(domain) ?? new Set<string>();
    taken.set(domain, known);
    const newDays = Object.keys(days).filter((day) => !known.has(day));
    if (undated > 0) {
      // Which of its rows another copy has as well nobody can tell.
      if (newestFirst.some((other) => other.tableArn === tableArn && other.asOf > source.asOf)) continue;
      whole.add(tableArn);
      chosen.set(source, "all");
    } else chosen.set(source, new Set(newDays));
    for (const day of newDays) known.add(day);
  }
  return chosen;
}
