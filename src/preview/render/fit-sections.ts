/** A part of a report: its items can be left out one by one, from the end. */
export interface Section {
  /** How soon it gives way: the heaviest first; 0 never does. */
  weight: number;
  head: string;
  items: string[];
  /** Says how many items were left out. */
  more?: (left: number) => string;
  tail: string;
  /** Whether head and tail go as well when no item fits. */
  optional?: boolean;
}

/**
 * Returns the sections one after another within `limit` bytes. What does not fit is cut between items, never inside
 * one, so that tables, fences and folds stay whole; each cut says how much is missing.
 */
export function fitSections(sections: Section[], limit: number): string {
  const kept = sections.map(({ items }) => items.length);
  const text = () => sections.map((section, index) => rendered(section, kept[index]!)).join("");
  const heaviestFirst = sections
    .map((section, index) => ({ section, index }))
    .toSorted((a, b) => b.section.weight - a.section.weight);
  for (const { section, index } of heaviestFirst) {
    const over = sizeIn(text()) - limit;
    if (over <= 0) break;
    if (section.weight > 0) kept[index] = most(section, sizeIn(rendered(section, kept[index]!)) - over);
  }
  return text();
}

function rendered(section: Section, count: number): string {
  const left = section.items.length - count;
  if (count === 0 && section.optional) return "";
  const more = left > 0 ? (section.more?.(left) ?? "") : "";
  return `${section.head}${section.items.slice(0, count).join("")}${more}${section.tail}`;
}

/** How many of the items fit into `room` bytes. */
function most(section: Section, room: number): number {
  let low = 0;
  let high = section.items.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sizeIn(rendered(section, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}

const sizeIn = (text: string): number => Buffer.byteLength(text);
