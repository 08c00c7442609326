import type { Section } from "./fit-sections.ts";

/** Returns a part of a report that stands open, and nothing where it has no items. */
export const openSection = (
  weight: number,
  head: string,
  items: string[],
  more: (left: number) => string,
): Section => ({
  weight,
  head: items.length > 0 ? head : "",
  items,
  more,
  tail: items.length > 0 ? "\n" : "",
});

/** Returns a part of a report that is folded, and nothing where it has no items. */
export function foldedSection(weight: number, summary: string, items: string[], noun: string): Section {
  return items.length === 0
    ? { weight, head: "", items, tail: "" }
    : {
        weight,
        head: `<details><summary>${summary}</summary>\n\n`,
        items,
        more: (left) => `\nand ${left} more ${noun}\n`,
        tail: "\n</details>\n\n",
        optional: true,
      };
}
