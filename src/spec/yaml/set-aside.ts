import type { PlacedFault } from "./flow-faults.ts";

/** Stands in a text for what could not be read; it means nothing to YAML. */
export const setAsideMark = "\u{E002}";

/**
 * Returns the text with the mark instead of what a fault makes unreadable, so that the rest can be read: the value of its line or, where the line has
 * none, the line, with all that is indented deeper; or its section. Every line keeps its number.
 */
export function withoutFault(text: string, { span: [at], reach }: PlacedFault): string {
  const lines = text.split("\n");
  const row = text.slice(0, at).split("\n").length - 1;
  const column = at - (text.lastIndexOf("\n", at - 1) + 1);
  const line = lines[row]!;
  if (reach === "section") return withoutSection(lines, row);
  const before = valueBehind.exec(line)?.[0];
  if (before !== undefined && before.length <= column) return withMark(lines, row, before);
  // Only beside other keys it is a key of theirs for certain.
  const above = lines.findLastIndex((one, index) => index < row && isContent(one) && indentOf(one) < indentOf(line));
  const siblings = lines.slice(above + 1, row + 1).filter(isContent);
  const below = lines.find((one, index) => index > row && isContent(one)) ?? "";
  const isOfList = isItem(siblings[0]!) || (indentOf(below) === indentOf(line) && isItem(below));
  if (indentOf(line) > 0 && (isOfList || indentOf(siblings[0]!) !== indentOf(line))) return withoutSection(lines, row);
  const rest = withMark(lines, row, `${" ".repeat(indentOf(line))}${setAsideMark}: `);
  // At the top it cuts what is indented behind it off from the section above.
  return indentOf(line) > 0 || indentOf(below) === 0 ? rest : withoutSection(rest.split("\n"), row);
}

/** The lines with the mark for a section, and for another that may be meant by one of its lines. */
function withoutSection(lines: string[], row: number): string {
  const top = lines.findLastIndex((one, index) => index < row && isContent(one) && indentOf(one) === 0);
  if (top < 0) return withMark(lines, row, `${setAsideMark}: `);
  // A section that is empty may be the one that its line belongs to.
  const before = lines.findLastIndex((one, index) => index < top && isContent(one));
  if (/^[\w-]+:\s*$/.test(lines[before] ?? "")) lines = lines.with(before, `${setAsideMark}: `);
  const key = /^[\w-]+\s*:/.exec(lines[top]!)?.[0] ?? `${setAsideMark}:`;
  const rest = withMark(lines, top, `${key} `).split("\n");
  return rest.with(top + 1, `${setAsideMark}: `).join("\n");
}

/** The lines with the mark at the end of one of them, and nothing in those that are indented deeper. */
function withMark(lines: readonly string[], row: number, before: string): string {
  const indent = /^ *(?:- +)*/.exec(before)![0].length;
  const next = lines.findIndex(
    (one, index) => index > row && isContent(one) && indentOf(one) <= indent && !(indent === 0 && isItem(one)),
  );
  const end = next < 0 ? lines.length : next;
  return lines
    .map((one, index) => (index < row || index >= end ? one : index === row ? before + setAsideMark : ""))
    .join("\n");
}

/** A key up to its value, behind the dashes of a list. */
const valueBehind = /^ *(?:- +)*(?:"[^"]*"|'[^']*'|[^\s#"'[\]{},&*!|>%@`-][^\s:]*)\s*:\s+(?=\S)/;

const isContent = (line: string): boolean => !/^\s*(#|$)/.test(line);

const isItem = (line: string): boolean => /^ *- /.test(line);

const indentOf = (line: string): number => /^ */.exec(line)![0].length;
