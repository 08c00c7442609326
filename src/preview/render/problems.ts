import type { SpecProblem } from "../../spec/index.ts";
import { clip, codeBlock, codeSpan, escapeMarkdown, proseMarkdown } from "./escape.ts";
import { fitSections } from "./fit-sections.ts";
import { commentLimit, sourceLinker } from "./markdown.ts";
import type { MarkdownOptions } from "./markdown.ts";

interface ProblemOptions {
  /** What a command said instead. */
  error?: string;
  /** Whether it was to be applied. */
  isRun?: boolean;
  /** Why it was not. */
  because?: string;
}

/** Says why there is no plan, or why a run has begun nothing, for the same comment: a stale green one must not stay. */
export function renderProblems(
  stack: string,
  problems: readonly SpecProblem[],
  { lineUrl, limit = commentLimit, error, isRun = false, because = "" }: MarkdownOptions & ProblemOptions = {},
): string {
  const link = sourceLinker(lineUrl);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const summary =
    errors > 0
      ? `The spec has ${errors} error${errors === 1 ? "" : "s"}.`
      : isRun
        ? proseMarkdown(clip(because, 2_000))
        : "The preview came to no result; its log says why.";
  const [state, nothing] = isRun ? ["not applied", "Nothing was begun."] : ["failed", "Nothing was planned."];
  const head = `### Sluice ${codeSpan(clip(stack, 200))}: ${state}\n\n${`${summary} ${nothing}`.trim()}\n\n`;
  const quoted = error ? `${codeBlock("", clip(error, 8_000))}\n` : "";
  const rows = problems.map(
    ({ file, line, message, fix = "" }) =>
      `| ${link({ file, line })} | ${escapeMarkdown(clip(message, 1_000))} | ${escapeMarkdown(clip(fix, 1_000))} |\n`,
  );
  return fitSections(
    [
      { weight: 0, head: head + quoted, items: [], tail: "" },
      {
        weight: 1,
        head: "| Where | What is wrong | What to do |\n|---|---|---|\n",
        items: rows,
        more: (left) => `| | and ${left} more | |\n`,
        tail: "",
        optional: true,
      },
    ],
    limit,
  );
}
