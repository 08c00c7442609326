import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";

const good = `version: 1
accounts:
  audit: "111122223333"
  catalog:
    id: "222233334444"
    regions: [us-east-1]
targets:
  fleet:
    accounts:
      - audit
      - catalog
    regions: [us-east-1, eu-west-1]
syncs:
  inventory:
    targets: fleet
    destination:
      bucket: acme-inventory
      region: us-east-1
`.split("\n");

/** Any line, with one thing wrong that hands do. */
const slip = fc.record({
  row: fc.nat({ max: good.length - 2 }),
  write: fc.constantFrom<((line: string) => string)[]>(
    (line) => ` ${line}`,
    (line) => `  ${line}`,
    (line) => line.replace(/^ /, ""),
    (line) => line.replace(/^ {2}/, "\t"),
    (line) => line.replace(": ", ":"),
    (line) => line.replace(":", ""),
    (line) => line.replace(": ", ":\u00A0"),
    (line) => `${line} : x`,
    (line) => `${line}]`,
    (line) => line.replace(/["\]]$/, ""),
  ),
});

it("a slip in one line is at most one problem of the syntax, at that line or one beside it, or naming one, and has a cure", () => {
  fc.assert(
    fc.property(slip, ({ row, write }) => {
      const text = good.with(row, write(good[row]!)).join("\n");
      const { problems } = parseSpec(text, "sluice.yaml");
      const wrong = problems.filter(({ code }) => code === "yaml-syntax");
      expect(wrong.length).toBeLessThan(2);
      for (const { line, message, fix } of wrong) {
        const named = [...`${message} ${fix}`.matchAll(/\bline (\d+)/g)].map(([, number]) => Number(number));
        expect(Math.min(...[line, ...named].map((one) => Math.abs(one - row - 1))), message).toBeLessThan(3);
        expect(fix, message).toBeTypeOf("string");
        expect(message).not.toMatch(/implicit|compact|flow|token|scalar/i);
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['x-a: "a"#b', 9, "a comment begins with a space and #", "a space in front of #"],
  ['x-a: { a: "1" b: "2" }', 15, "are separated by commas", "the comma that is missing"],
  ["x-a: { a: '1' 'b': 2 }", 15, "are separated by commas", "the comma that is missing"],
  ["x-a: [[1] [2]]", 11, "are separated by commas", "the comma that is missing"],
  ['x-a: [ "a"; "b" ]', 11, "are separated by commas", "a comma instead of the semicolon"],
  ['x-a: "a" "b"', 10, 'goes on behind its closing "', "take the quotes away"],
  ["x-a: 'a'b", 9, "goes on behind its closing '", "'' for an apostrophe"],
  ["x-a: [a, b] c", 13, "follows behind the closing bracket", "inside the brackets"],
  ["x-a: | text", 8, "the text begins on the next line", "Write it there"],
  ["x-a: &", 6, "begins an anchor, and no name follows", "in quotes"],
  ["x-a: [*]", 7, "begins an alias, and no name follows", '"*"'],
  ["x-a: %b", 6, "cannot begin with %", '"%b"'],
  ["x-a", 1, "has no colon", "`x-a:`"],
])("%s is told at its column %i: %s", (line, column, words, cure) => {
  const { problems } = parseSpec(`version: 1\n${line}\n`, "sluice.yaml");
  const [problem] = problems.filter(({ code }) => code === "yaml-syntax");
  expect(problem).toMatchObject({ line: 2, column });
  expect(problem!.message).toContain(words);
  expect(problem!.fix).toContain(cure);
});

it("lines that end with CR alone are told as what they are", () => {
  const { problems } = parseSpec(good.join("\r"), "sluice.yaml");
  expect(problems).toMatchObject([{ code: "yaml-syntax", line: 1, fix: "Save it with LF or CRLF at line ends." }]);
});

it("tabs are one problem that names every line", () => {
  const { problems } = parseSpec(good.join("\n").replaceAll("  ", "\t"), "sluice.yaml");
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ line: 3, fix: "Indent with spaces." });
  expect(problems[0]!.message).toMatch(/so do lines 4, 5, 6, 8, 9 and \d+ more/);
});
