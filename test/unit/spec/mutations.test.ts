import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { codePages, applyCertainFixes, formattedYaml } from "../../../src/spec/index.ts";
import type { SpecProblem } from "../../../src/spec/index.ts";
import { mutated, spoiled, yamlOf } from "../../support/spec/arbitrary.ts";
import { memoryIo } from "../cli/memory-io.ts";

/** `npm run test:mutations` makes 10,000 of them. */
const runs = Number(process.env["SLUICE_MUTATIONS"] ?? 250);

const examples = path.resolve(import.meta.dirname, "../../../examples");
const good = ["fleet", "teams", "stages", "partitions", "pilot", "delegated-explorer", "catalog-export", "start"].map(
  (name) => readFileSync(path.join(examples, name, "sluice.yaml"), "utf8"),
);

/** A good spec with one to six pieces cut out, doubled, moved or replaced. */
const spoiledText = fc
  .tuple(fc.constantFrom(...good), fc.integer({ min: 1, max: 6 }))
  .chain(([text, places]) =>
    Array.from({ length: places }).reduce<fc.Arbitrary<string>>(
      (before) => before.chain((one) => fc.oneof(mutated(one), withLinesMoved(one), withWordReplaced(one))),
      fc.constant(text),
    ),
  );

/** A text with some of its lines left out, repeated elsewhere or indented otherwise. */
function withLinesMoved(text: string): fc.Arbitrary<string> {
  const lines = text.split("\n");
  return fc
    .tuple(fc.nat(lines.length), fc.nat(3), fc.nat(lines.length), fc.constantFrom("move", "repeat", "indent", "cut"))
    .map(([from, count, to, how]) => {
      const rest = [...lines];
      const taken = rest.splice(from, how === "repeat" ? 0 : count);
      const block = how === "repeat" ? lines.slice(from, from + count) : taken;
      if (how !== "cut")
        rest.splice(how === "indent" ? from : to, 0, ...block.map((line) => (how === "indent" ? ` ${line}` : line)));
      return rest.join("\n");
    });
}

/** A text with one word replaced, a key or a value: by nothing of that kind, or by another word of the text. */
function withWordReplaced(text: string): fc.Arbitrary<string> {
  const words = [...text.matchAll(/[\w$./-]+/g)];
  const others = fc.constantFrom(
    "team/a", "__proto__", "constructor", "toString", "null", "~", "[]", "{}", "[[1]]", "5", ".inf", "0123", "all", "self",
    '"${region}"', '"${"', "!!binary aGk=", "*x", "&x y", "<<", "''", '"a\\nb"', "監査", "- 1", "|", "2026-01-01",
  ); // prettier-ignore
  return fc.tuple(fc.nat(words.length - 1), fc.oneof(others, fc.nat(words.length - 1))).map(([at, by]) => {
    const { index, 0: word } = words[at] ?? { index: 0, 0: "" };
    const other = typeof by === "number" ? (words[by]?.[0] ?? "") : by;
    return text.slice(0, index) + other + text.slice(index + word.length);
  });
}

beforeEach(() => void vi.spyOn(Socket.prototype, "connect"));
afterEach(() => vi.restoreAllMocks());

it("each of many random mutations of good specs is accepted, or refused with a problem that has a place", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: spoiledText }, spoiled.map(yamlOf)), async (text) => {
      const before = process.threadCpuUsage();
      const { code, problems, err } = await checked(text);
      expect(err).toBe("");
      expect(code).toBe(problems.some(({ severity }) => severity === "error") ? 2 : 0);
      const lines = text.split("\n");
      for (const { file, line, column, endLine, code: kind, message } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(endLine).toBeGreaterThanOrEqual(line);
        expect(column).toBeGreaterThan(0);
        if (file === "-") expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
        expect(codePages).toHaveProperty(kind);
        expect(message).not.toMatch(/undefined|\[object|NaN|not a function|Cannot read/);
      }
      if (code === 2) refused++;
      await usedOtherwise(text, problems, code);
      const { user, system } = process.threadCpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(1);
    }),
    { numRuns: runs },
  );
  expect(Socket.prototype.connect).not.toHaveBeenCalled();
  expect(refused).toBeGreaterThan(runs / 4);
  expect(refused).toBeLessThan(runs);
}, 600_000);

/** What `check` says of a text, beside the files that the example teams includes. */
async function checked(text: string): Promise<{ code: number; problems: SpecProblem[]; err: string }> {
  const io = memoryIo({ cwd: path.join(examples, "teams"), stdin: text });
  const code = await runCommandLine(["check", "-", "-o", "json"], io);
  const { problems } = JSON.parse(io.stdout()) as { problems: SpecProblem[] };
  return { code, problems, err: io.stderr() };
}

/** The other commands that read a spec, which must not throw either. */
async function usedOtherwise(text: string, problems: SpecProblem[], code: number): Promise<void> {
  applyCertainFixes(text, problems);
  const laidOut = formattedYaml(text);
  if (laidOut !== undefined) expect(formattedYaml(laidOut)).toBe(laidOut);
  for (const line of ["expand --spec - -o json", "explain audit --spec - -o json", "check - -o sarif --strict"]) {
    const io = memoryIo({ cwd: path.join(examples, "teams"), stdin: text });
    const ended = await runCommandLine(line.split(" "), io);
    expect(ended, `${line}: ${io.stderr()}`).not.toBe(1);
    // Beyond the stack that is expanded, check looks at the others.
    if (line.startsWith("expand") && code === 0) expect(ended).toBe(0);
  }
}
