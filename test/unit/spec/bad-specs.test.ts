import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";
import { badHabits } from "../../support/spec/bad-habits.ts";
import { badSpecs } from "../../support/spec/bad-specs.ts";

it("the table has at least 150 bad specs", () => {
  expect(badSpecs.length).toBeGreaterThanOrEqual(150);
});

it.each(badSpecs)("%s is %s, alone and where it is marked", async (marked, code) => {
  const { place, told } = await problemsOf(marked);
  expect(told.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([`${place} ${code}`]);
});

it.each(badHabits)("%s is %s, alone and where it is marked, and %s tells what to do", async (marked, code, cure) => {
  const { place, told } = await problemsOf(marked);
  expect(told.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([`${place} ${code}`]);
  expect(told[0]!.fix).toMatch(cure);
});

/** The problems of a spec, of several with one place and code the first, and the place that is marked in its text. */
async function problemsOf(marked: string) {
  const text = `version: 1\n${marked}\n`;
  const before = text.slice(0, text.indexOf("«")).split("\n");
  const { draft, problems } = parseSpec(text.replace("«", "").replace("»", ""), "sluice.yaml");
  const found = draft === undefined ? [] : (await expand(draft)).problems;
  const told = new Map(
    [...problems, ...found].toReversed().map((one) => [`${one.line}:${one.column} ${one.code}`, one]),
  );
  return { place: `${before.length}:${before.at(-1)!.length + 1}`, told: [...told.values()].toReversed() };
}
