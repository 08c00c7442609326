import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseSpec, renderProblem } from "../../../src/spec/index.ts";
import type { SpecProblem } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";
import { mutated, spoiled, specDocument, yamlOf } from "../../support/spec/arbitrary.ts";

/** More, for a night: `PROPERTY_RUNS=20000`. */
const runs = Number(process.env["PROPERTY_RUNS"] ?? 150);

/** Whether a problem's place is one that an editor could show. */
function isInside(problem: SpecProblem, text: string): boolean {
  const lines = text.split("\n");
  const { line, column, endLine, endColumn } = problem;
  const start = lines[line - 1];
  const end = lines[endLine - 1];
  if (start === undefined || end === undefined) return false;
  const ordered = line < endLine || (line === endLine && column <= endColumn);
  return ordered && column >= 1 && column <= start.length + 1 && endColumn >= 1 && endColumn <= end.length + 1;
}

function expectSound(text: string): void {
  const { spec, problems } = parseSpec(text, "sluice.yaml");
  expect(spec === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  for (const problem of problems) {
    expect(isInside(problem, text), JSON.stringify(problem)).toBe(true);
    expect(renderProblem(problem, text, { color: false })).toContain(`sluice.yaml:${problem.line}:${problem.column}`);
  }
}

it("no text makes the reader throw, and every problem lies inside the text", () => {
  const pieces = fc.constantFrom(
    "a",
    "version: 1",
    ":",
    "\n",
    " ",
    "-",
    "[",
    "]",
    "{",
    "}",
    "&a",
    "*a",
    "<<",
    "!t",
    "'",
    '"',
    "|",
    ">",
    "%",
    "@",
    "\t",
    "\r\n",
    "?",
    "syncs:",
    "accounts:",
    "0123",
    "~",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(pieces, { maxLength: 40 }).map((all) => all.join("")),
      ),
      expectSound,
    ),
    { numRuns: runs },
  );
});

it("however a spec is broken, every problem lies inside the text", () => {
  const broken = specDocument.chain((document) => mutated(yamlOf(document)));
  fc.assert(fc.property(broken, expectSound), { numRuns: runs });
});

it("wherever a spec is spoiled, keys included, nothing that was not looked at is taken for what it should be", async () => {
  await fc.assert(
    fc.asyncProperty(spoiled, async (document) => {
      const text = yamlOf(document);
      expectSound(text);
      const { draft } = parseSpec(text, "sluice.yaml");
      if (draft) await expand(draft);
    }),
    { numRuns: runs * 2 },
  );
});

it("a document of the right shape has no problem of shape", () => {
  fc.assert(
    fc.property(specDocument, (document) => {
      const { problems } = parseSpec(yamlOf(document), "sluice.yaml");
      expect(problems.filter(({ code }) => code !== "listed-twice")).toEqual([]);
    }),
    { numRuns: runs },
  );
});

it("what has two things wrong at one place is told once, and taken for nothing", () => {
  const text = 'version: 1\naccounts: { "a\\nb": null, audit: "111122223333" }\n';
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  expect(problems.map(({ code }) => code)).toEqual(["hidden-character"]);
  expect(draft?.accounts.map(({ name }) => name)).toEqual(["audit"]);
});
