import { wordWrapped } from "./cells.ts";
import { painter, renderProblem } from "./frame.ts";
import type { FrameOptions, SourceLines } from "./frame.ts";
import type { SpecProblem } from "./problem.ts";

/** Of more than `shownInFull` problems of one code, `shownOfMany` are shown with their lines. */
const shownInFull = 8;
const shownOfMany = 3;

/**
 * Returns the problems as people read them: each with its frame or, of many with one code, the first few and the lines of the others.
 * The work grows with the problems shown, not with the text times the problems.
 */
export function renderReport(
  problems: readonly SpecProblem[],
  sources: string | SourceLines,
  options: FrameOptions,
): string[] {
  const groups = Map.groupBy(problems, ({ code, severity }) => `${severity} ${code}`);
  const shown = new Set(
    [...groups.values()].flatMap((group) => (group.length > shownInFull ? group.slice(0, shownOfMany) : group)),
  );
  const rendered: string[] = [];
  for (const problem of problems) if (shown.has(problem)) rendered.push(renderProblem(problem, sources, options));
  for (const group of groups.values()) if (group.length > shownInFull) rendered.push(restOf(group, options));
  return rendered;
}

function restOf(group: readonly SpecProblem[], { color, columns = 120, live }: FrameOptions): string {
  const paint = painter(color);
  const [{ code, severity, file }] = group as [SpecProblem];
  const rest = group.slice(shownOfMany);
  const places = rest.map((problem) => `${problem.file === file ? "" : `${problem.file}:`}${problem.line}`);
  const lines = [...new Set(places)];
  const listed = lines.length > 12 ? `${lines.slice(0, 12).join(", ")}, …` : lines.join(", ");
  const head = `${paint(["bold", severity === "error" ? "red" : "yellow"], severity)}${paint("dim", `[${code}]`)}`;
  const what = `and ${rest.length} more like it, at lines ${listed}`;
  const wrapped = live ? wordWrapped(what, columns - 2, severity.length + code.length + 1) : [what];
  return `${head} ${wrapped.join("\n  ")}\n  \`sluice check -o json\` lists each of them.`;
}
