import { styleText } from "node:util";
import type { SpecProblem } from "./problem.ts";
import { blotted } from "./visible.ts";

/** How a problem is shown. */
export interface FrameOptions {
  color: boolean;
  /** Lines that are wider are shown around the caret only. */
  columns?: number;
}

/** A problem as a message, the lines around it with a caret, and the fix. */
export function renderProblem(problem: SpecProblem, text: string, { color, columns = 120 }: FrameOptions): string {
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
  const part = windowAround(column, Math.max(20, columns - gutter - 3));
  const frame = around.flatMap((number) => {
    const content = part(printable(lines[number - 1]!));
    if (number !== line) return [row(number, content)];
    return [row(number, content), row(undefined, paint(strong, part(caret(problem, lines[line - 1]!), " ")))];
  });
  const cure = fix === undefined ? [] : [`${paint("cyan", "fix:")} ${printable(fix)}`];
  return [head, `  at ${place}`, ...frame, ...cure].join("\n");
}

/** Carets under the part of the line that the problem is about. */
function caret({ line, column, endLine, endColumn }: SpecProblem, content: string): string {
  const end = endLine === line ? endColumn : content.trimEnd().length + 1;
  return " ".repeat(column - 1) + "^".repeat(Math.max(1, end - column));
}

/** Cuts lines to the part of the given width that has the column in its middle, or to their beginning where that is enough. */
function windowAround(column: number, width: number): (line: string, mark?: string) => string {
  const start = column > width * 0.75 ? column - Math.ceil(width / 2) : 0;
  return (line, mark = "…") => {
    const head = start > 0 && line.length > start ? mark : "";
    const text = head + line.slice(start + head.length);
    return text.length > width ? `${text.slice(0, width - 1)}${mark.trim()}` : text;
  };
}

/** Tabs as wide as the caret's line counts them; control and direction characters cannot reach the terminal. */
const printable = (text: string) => blotted(text.replace(/\t/g, " "));
