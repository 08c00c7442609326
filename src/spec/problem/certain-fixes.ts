import type { SpecProblem } from "./problem.ts";

/** Where the text that a fix names replaces what the problem marks. */
const certainCodes = new Set([
  "bad-account",
  "bad-account-id",
  "bad-bucket-name",
  "curly-quotes",
  "unquoted-account-id",
  "unquoted-variable",
  "wrong-type",
  "wrong-value",
]);

/** Returns the text with every fix in it that leaves no choice, and how many there were. */
export function applyCertainFixes(text: string, problems: readonly SpecProblem[]): { text: string; count: number } {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  const offset = (line: number, column: number) => (starts[line - 1] ?? text.length) + column - 1;
  const edits = problems.flatMap((problem) => {
    const replacement = replacementOf(problem);
    if (replacement === undefined) return [];
    return [
      { from: offset(problem.line, problem.column), to: offset(problem.endLine, problem.endColumn), replacement },
    ];
  });
  let result = text;
  let end = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const { from, to, replacement } of edits.toSorted((a, b) => b.from - a.from)) {
    if (to > end) continue;
    result = result.slice(0, from) + replacement + result.slice(to);
    end = from;
    count++;
  }
  return { text: result, count };
}

/** Returns whether the fix of a problem leaves no choice. */
export const isCertainFix = (problem: SpecProblem): boolean => replacementOf(problem) !== undefined;

/** A value, not a description of one: `Write 12 digits in quotes.` leaves a choice. */
function replacementOf({ code, fix }: SpecProblem): string | undefined {
  const [, value] = /^Write ("[^"\n]*"|\[[^[\]\n]*\]|true|false|\d+|[a-z0-9][a-z0-9./${}-]*)\.$/.exec(fix ?? "") ?? [];
  return certainCodes.has(code) ? value : undefined;
}
