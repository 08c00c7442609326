import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";
import { badSpecs } from "../../support/spec/bad-specs.ts";

it("the table has at least 150 bad specs", () => {
  expect(badSpecs.length).toBeGreaterThanOrEqual(150);
});

it.each(badSpecs)("%s is %s, alone and where it is marked", async (marked, code) => {
  const text = `version: 1\n${marked}\n`;
  const before = text.slice(0, text.indexOf("«")).split("\n");
  const [line, column] = [before.length, before.at(-1)!.length + 1];
  const { draft, problems } = parseSpec(text.replace("«", "").replace("»", ""), "sluice.yaml");
  const found = draft === undefined ? [] : (await expand(draft)).problems;
  const told = [...problems, ...found].map((problem) => `${problem.line}:${problem.column} ${problem.code}`);
  expect([...new Set(told)]).toEqual([`${line}:${column} ${code}`]);
});
