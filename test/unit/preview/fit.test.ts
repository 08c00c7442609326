import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fitSections } from "../../../src/preview/render/fit-sections.ts";
import type { Section } from "../../../src/preview/render/fit-sections.ts";

const section = (weight: number, more: Partial<Section> = {}): Section => ({
  weight,
  head: "<",
  items: ["one ", "two ", "three "],
  more: (left) => `+${left}`,
  tail: ">",
  ...more,
});

it("what fits is left as it is, and says nothing of what is missing", () => {
  expect(fitSections([section(1)], "<one two three >".length)).toBe("<one two three >");
});

it("items go from the end, as few as must, and the cut says how many went", () => {
  expect(fitSections([section(1)], "<one two three >".length - 1)).toBe("<one two +1>");
  expect(fitSections([section(1)], "<one two +1>".length)).toBe("<one two +1>");
  expect(fitSections([section(1)], "<one two +1>".length - 1)).toBe("<one +2>");
  expect(fitSections([section(1, { more: undefined })], 10)).toBe("<one two >");
});

it("the heaviest section gives way first, one of weight 0 never", () => {
  expect(fitSections([section(1), section(2), section(0)], 45)).toBe("<one two three ><one two +1><one two three >");
  expect(fitSections([section(0)], 3)).toBe("<one two three >");
});

it("of a section without any item head and tail stay, unless it is optional", () => {
  expect(fitSections([section(1)], 6)).toBe("<+3>");
  expect(fitSections([section(0), section(1, { optional: true })], 18)).toBe("<one two three >");
  expect(fitSections([section(0), section(1, { items: [], optional: true })], 99)).toBe("<one two three >");
});

it("no item more would have fitted", () => {
  const items = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(items, fc.nat(60), (texts, limit) => {
      const text = fitSections([section(1, { items: texts })], limit);
      const left = Number(/\+(\d+)>$/.exec(text)?.[1] ?? 0);
      const withOneMore = `<${texts.slice(0, texts.length - left + 1).join("")}${left > 1 ? `+${left - 1}` : ""}>`;
      if (left > 0) expect(withOneMore.length).toBeGreaterThan(limit);
      if (left < texts.length) expect(text.length).toBeLessThanOrEqual(limit);
    }),
  );
});
