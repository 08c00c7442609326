import { styleText } from "node:util";
import { cellsOf, wordWrapped } from "./cells.ts";
import type { SpecProblem } from "./problem.ts";
import { markHiddenCharacters } from "./visible.ts";

/** How a problem is shown. */
export interface FrameOptions {
  color: boolean;
  /** Lines that are wider are shown around the caret only. */
  columns?: number;
  /** Whether it is a terminal, where sentences are broken at its edge; a log keeps them whole. */
  live?: boolean;
}

/** The lines of each file of a spec, by the name that problems carry. */
export type SourceLines = ReadonlyMap<string, readonly string[]>;

/** Returns the lines of a text, as frames show them. */
export const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

/** Returns a problem as a message, the lines around it with a caret, and the fix. */
export function renderProblem(
  problem: SpecProblem,
  source: string | SourceLines,
  { color, columns = 120, live = false }: FrameOptions,
): string {
  const { code, severity, message, file, line, column, fix } = problem;
  const paint = painter(color);
  const strong = severity === "error" ? "red" : "yellow";
  const sentence = (text: string, indent: string, used: number) =>
    live ? wordWrapped(text, columns - indent.length, used - indent.length) : [text];
  const [first, ...rest] = sentence(printable(message), "  ", `${severity}[${code}] `.length);
  const head = [
    `${paint(["bold", strong], severity)}${paint("dim", `[${code}]`)} ${paint("bold", first!)}`,
    ...rest.map((line) => `  ${paint("bold", line)}`),
  ];
  const place = paint("dim", `${file}:${line}:${column}`);
  const gutter = String(line + 1).length;
  const row = (number: number | undefined, content: string) =>
    `${paint("dim", `${String(number ?? "").padStart(gutter)} |`)}${content && ` ${content}`}`;

  const lines = typeof source === "string" ? linesOf(source) : (source.get(file) ?? []);
  const around = [line - 2, line - 1, line, line + 1].filter((number) => number >= 1 && number <= lines.length);
  const part = windowAround(column, Math.max(20, columns - gutter - 3));
  const frame = around.flatMap((number) => {
    const content = printable(lines[number - 1]!);
    if (number !== line) return [row(number, part(content).text)];
    const { text, start, head } = part(content);
    return [row(number, text), row(undefined, paint(strong, caret(problem, content, start, head, text)))];
  });
  const cure =
    fix === undefined ? [] : [`${paint("cyan", "fix:")} ${sentence(printable(fix), "     ", 5).join("\n     ")}`];
  return [...head, `  at ${place}`, ...frame, ...cure].join("\n");
}

/** Returns what colours a part of a text, or leaves it. */
export const painter =
  (color: boolean) =>
  (style: Parameters<typeof styleText>[0], part: string): string =>
    color ? styleText(style, part, { validateStream: false }) : part;

/** Carets under the part of the line that the problem is about, counted in cells of the terminal. */
function caret(
  { line, column, endLine, endColumn }: SpecProblem,
  content: string,
  start: number,
  head: string,
  shown: string,
): string {
  const end = endLine === line ? endColumn : content.trimEnd().length + 1;
  const from = column - 1;
  const before = cellsOf(head) + cellsOf(content.slice(start + head.length, from));
  const room = cellsOf(shown) - before;
  const under = cellsOf(content.slice(from, Math.max(from, end - 1)));
  return " ".repeat(before) + "^".repeat(Math.max(1, Math.min(under, Math.max(1, room))));
}

/** Cuts lines to the part of the given width that has the column in its middle, or to their beginning where that is enough. */
function windowAround(column: number, width: number) {
  const middle = column > width * 0.75 ? column - Math.ceil(width / 2) : 0;
  return (line: string): { text: string; start: number; head: string } => {
    // A line that ends before the window is shown from its beginning.
    const start = middle > 0 && line.length > middle ? middle : 0;
    const head = start > 0 ? "…" : "";
    const text = head + line.slice(start + head.length);
    return { text: text.length > width ? `${text.slice(0, width - 1)}…` : text, start, head };
  };
}

/** Tabs as wide as the caret's line counts them; control and direction characters cannot reach the terminal. */
const printable = (text: string) => markHiddenCharacters(text.replace(/\t/g, " "));
