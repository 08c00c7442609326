import { styleText } from "node:util";
import type { SpecProblem } from "./problem.ts";

/** How a problem is shown. */
export interface FrameOptions {
  color: boolean;
}

/** A problem as a message, the lines around it with a caret, and the fix. */
export function renderProblem(problem: SpecProblem, text: string, { color }: FrameOptions): string {
  const { code, severity, message, file, line, column, fix } = problem;
  const paint = (style: Parameters<typeof styleText>[0], part: string) =>
    color ? styleText(style, part, { validateStream: false }) : part;
  const strong = severity === "error" ? "red" : "yellow";
  const head = `${paint(["bold", strong], severity)}${paint("dim", `[${code}]`)} ${paint("bold", printable(message))}`;
  const place = paint("dim", `${file}:${line}:${column}`);
  const gutter = String(line + 1).length;
  const row = (number: number | undefined, content: string) =>
    `${paint("dim", `${String(number ?? "").padStart(gutter)} |`)}${content && ` ${content}`}`;

  const lines = text.split(/\r?\n/);
  const around = [line - 2, line - 1, line, line + 1].filter((number) => number >= 1 && number <= lines.length);
  const frame = around.flatMap((number) => {
    const content = printable(lines[number - 1]!);
    if (number !== line) return [row(number, content)];
    return [row(number, content), row(undefined, paint(strong, caret(problem, lines[line - 1]!)))];
  });
  const cure = fix === undefined ? [] : [`${paint("cyan", "fix:")} ${printable(fix)}`];
  return [head, `  at ${place}`, ...frame, ...cure].join("\n");
}

/** Carets under the part of the line that the problem is about. */
function caret({ line, column, endLine, endColumn }: SpecProblem, content: string): string {
  const end = endLine === line ? endColumn : content.trimEnd().length + 1;
  return " ".repeat(column - 1) + "^".repeat(Math.max(1, end - column));
}

/** Tabs as wide as the caret's line counts them; control characters cannot reach the terminal. */
const printable = (text: string) => text.replace(/\t/g, " ").replace(/\p{Cc}/gu, "\u{FFFD}");
