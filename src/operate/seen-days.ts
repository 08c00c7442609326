import type { SeenDays } from "./discovery.ts";

const dayMs = 86_400_000;

/**
 * Returns of which days a table has rows, and which lie between them; `undefined` where none is known.
 * @param days the rows of each day, in order
 * @param undated how many rows there are of which no day is known
 */
export function seenDays(days: Readonly<Record<string, number>>, undated: number): SeenDays | undefined {
  const known = Object.keys(days).filter((day) => days[day]! > 0);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const there = new Set(known);
  const missing = undated > 0 ? [] : daysBetween(first, last).filter((day) => !there.has(day));
  return { first, last, count: known.length, missing };
}

function daysBetween(first: string, last: string): string[] {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / dayMs);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(first) + index * dayMs).toISOString().slice(0, 10),
  );
}
