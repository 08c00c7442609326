import type { SpecProblem } from "../../spec/index.ts";
import { clip, codeSpan, escapeMarkdown } from "./escape.ts";
import { fit } from "./fit.ts";
import { commentLimit, linkTo, type MarkdownOptions } from "./markdown.ts";

/** A spec that cannot be planned, for the same comment: a stale green one must not stay. */
export function renderProblems(
  stack: string,
  problems: readonly SpecProblem[],
  { sourceUrl, limit = commentLimit }: MarkdownOptions = {},
): string {
  const link = linkTo(sourceUrl);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return fit(
    [
      {
        weight: 0,
        head: `### Sluice ${codeSpan(clip(stack, 100))}: failed\n\nThe spec has ${errors} error${errors === 1 ? "" : "s"}; nothing was planned.\n\n`,
        items: [],
        tail: "",
      },
      {
        weight: 1,
        head: "| Where | What is wrong | What to do |\n|---|---|---|\n",
        items: problems.map(
          ({ file, line, message, fix = "" }) =>
            `| ${link({ file, line })} | ${escapeMarkdown(clip(message, 1000))} | ${escapeMarkdown(clip(fix, 1000))} |\n`,
        ),
        more: (left) => `| | and ${left} more | |\n`,
        tail: "",
      },
    ],
    limit,
  );
}
