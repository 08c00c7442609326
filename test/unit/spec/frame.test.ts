import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseSpec, renderProblem, wordWrapped } from "../../../src/spec/index.ts";
import { cellsOf } from "../../../src/spec/problem/cells.ts";

const text = `version: 1
accounts:
  audit: "111122223333"
  old: 012345678901
targets: {}
`;
const [problem] = parseSpec(text, "sluice.yaml").problems;

it("a problem is shown with its lines, a caret under the value, and the fix", () => {
  expect(renderProblem(problem!, text, { color: false }))
    .toBe(`error[unquoted-account-id] The account id 012345678901 is not quoted: YAML reads it as a number.
  at sluice.yaml:4:8
2 | accounts:
3 |   audit: "111122223333"
4 |   old: 012345678901
  |        ^^^^^^^^^^^^
5 | targets: {}
fix: Write "012345678901".`);
});

it("colour changes nothing but colour", () => {
  const colored = renderProblem(problem!, text, { color: true });
  expect(colored).toContain("\u001B[");
  expect(stripVTControlCharacters(colored)).toBe(renderProblem(problem!, text, { color: false }));
});

it("control characters of the file do not reach the terminal", () => {
  const evil = 'version: 1\n"\\e[2Jx": "\u0007"\n';
  const [unknown] = parseSpec(evil, "sluice.yaml").problems;
  expect(renderProblem(unknown!, evil, { color: false })).not.toMatch(/(?!\n)\p{Cc}/u);
});

it("a line wider than the terminal is shown around the caret", () => {
  const wide = `version: 1\nsyncs: { inventory: { destination: { ${"bucket: acme, ".repeat(30)}prefx: a, ${"region: x, ".repeat(30)} } } }\n`;
  const unknown = parseSpec(wide, "sluice.yaml").problems.find(({ code }) => code === "unknown-key")!;
  const lines = renderProblem(unknown, wide, { color: false, columns: 60 }).split("\n");
  expect(Math.max(...lines.slice(2, -1).map((line) => line.length))).toBeLessThanOrEqual(60);
  const carets = lines.findIndex((line) => line.includes("^"));
  const at = lines[carets]!.indexOf("^");
  expect(lines[carets - 1]!.slice(at, at + 5)).toBe("prefx");
});

it("on a terminal sentences are broken between words at its edge, and in a log they are whole", () => {
  const text =
    "version: 1\nrollout: { tolerated: much, order: [] }\ntargets: { t: { organizationalUnits: [ou-x], regions: [us-east-1] } }\n";
  for (const one of parseSpec(text, "sluice.yaml").problems) {
    const whole = renderProblem(one, text, { color: false, columns: 60 });
    const broken = renderProblem(one, text, { color: true, columns: 60, live: true });
    const lines = stripVTControlCharacters(broken).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(whole.split("\n")[0]).toContain(one.message);
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toBe(whole.replaceAll(/\s+/g, " "));
  }
});

it("a text that is broken between words has the same words", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "監", ".") }).filter((word) => word !== ""));
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), fc.nat(20), (list, columns, used) => {
      const text = list.join(" ");
      const lines = wordWrapped(text, columns, used);
      expect(lines.join(" ")).toBe(text);
      for (const [index, line] of lines.entries())
        expect(!line.includes(" ") || cellsOf(line) <= columns - (index === 0 ? used : 0)).toBe(true);
    }),
  );
});

it("a value at the right edge of the terminal has what follows it beside it", () => {
  const wide = `version: 1\nsyncs: { inventory: { destination: { ${"x".repeat(30)}: 1, prefx: a, ${"region: x, ".repeat(30)} } } }\n`;
  const unknown = parseSpec(wide, "sluice.yaml").problems.find(({ message }) => message.includes("prefx"))!;
  const lines = renderProblem(unknown, wide, { color: false, columns: 80 }).split("\n");
  expect(lines.find((line) => line.includes("prefx: a"))).toMatch(/prefx: a, region: x, region/);
});
