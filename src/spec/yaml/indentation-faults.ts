import type { Span } from "./source-map.ts";
import { unmaskVariables } from "./variable-mask.ts";

/** Why a text is not YAML, in words for people. */
export interface SyntaxFault {
  message: string;
  fix?: string;
  /** Where, if that is not where the parser noticed it. */
  span?: Span;
  /** How much it makes unreadable, if that is more than its line: what belongs where in its section, or in the lines with tabs, or everything. */
  reach?: "section" | "tabs" | "everything";
}

/** A line of a text, counted from 1. */
interface Line {
  number: number;
  text: string;
  start: number;
}

/** Returns why a line without a colon is none of a mapping: it has another sign, no space behind its colon, or is no key at all. */
export function lineWithoutColon(at: number, text: string): SyntaxFault {
  const line = lineAt(at, text);
  const content = unmaskVariables(line.text.trim());
  const span: Span = [line.start + line.text.search(/\S/), line.start + line.text.trimEnd().length];
  const [, key, value] = /^(?:- )?([\w.-]+)\s*[:=]\s*(\S.*)$/.exec(content) ?? [];
  if (content.startsWith("//") || content.startsWith("/*"))
    return { message: "this is no comment: comments begin with #.", fix: "Write # in front of it.", span };
  if (key !== undefined && content.includes("="))
    return { message: "a key ends with a colon, not with =.", fix: `Write \`${key}: ${value}\`.`, span };
  if (key !== undefined)
    return { message: "there is no space behind the colon.", fix: `Write \`${key}: ${value}\`.`, span };
  const [, word, rest] = /^([\w.-]+)(?:\s+(\S+))?$/.exec(content) ?? [];
  const fix =
    word === undefined
      ? "Write a key, a colon and a value, or remove the line."
      : `Write \`${word}:${rest ? ` ${rest}` : ""}\`.`;
  return { message: "this line has no colon.", fix, span };
}

/** Returns why something belongs below a text: the text has a colon in it, or the next line is indented as if it did. */
export function nestedUnderText(at: number, text: string, message: string): SyntaxFault {
  const line = lineAt(at, text);
  const next = contentLines(text).find(({ number }) => number > line.number);
  const list = [line, next].find((one) => /^\s*- /.test(one?.text ?? ""));
  if (message.startsWith("A block sequence") && list) {
    const span: Span = [list.start + indentOf(list), list.start + indentOf(list) + 1];
    return {
      message: "this dash is indented otherwise than the list.",
      fix: "Indent each dash of a list alike, no less than its key.",
      span,
      reach: "section",
    };
  }
  const unicodeSpace = next && unicodeSpaceFault(next.start, text);
  if (unicodeSpace) return unicodeSpace;
  const value = unmaskVariables(
    line.text
      .slice(at - line.start)
      .replace(/\s+#.*$/, "")
      .trimEnd(),
  );
  if (/:(\s|$)/.test(value) || next === undefined || indentOf(next) <= indentOf(line)) {
    const fix = /["']/.test(value)
      ? "Put the whole text in single quotes, or one key on a line."
      : `Put it in quotes: "${value}".`;
    return { message: "this text has a colon in it, which YAML takes for a key's.", fix };
  }
  return {
    message: `line ${next.number} is indented deeper than this one, which has its value already.`,
    fix: `Indent the lines ${line.number} and ${next.number} alike.`,
    reach: "section",
  };
}

/** Returns what a line that begins in no column of those above could be indented to. */
export function indentationFault(at: number, text: string, message: string): SyntaxFault {
  const line = lineAt(at, text);
  const indentOfLine = indentOf(line);
  if (!message.includes("same column"))
    return { message: `${unmaskVariables(message)}.`, fix: "Indent it deeper than its key.", reach: "section" };
  const open = openLevels(contentLines(text).filter(({ number }) => number < line.number));
  const deeper = open.findLast(({ indent }) => indent > indentOfLine);
  const shallower = open.find(({ indent }) => indent < indentOfLine);
  const ways = [deeper, shallower].flatMap((level) =>
    level ? [`by ${spaces(level.indent)} as line ${level.number}`] : [],
  );
  return {
    message: `this line is indented by ${spaces(indentOfLine)}, which no line above is that it could stand beside.`,
    fix: `Indent it ${ways.join(", or ")}.`,
    span: [line.start + indentOfLine, line.start + line.text.trimEnd().length],
    reach: "section",
  };
}

/** Returns why a line cannot follow the one before it, which has its value already. */
export function deeperThanBefore(at: number, text: string): SyntaxFault | undefined {
  const line = lineAt(at, text);
  const before = contentLines(text).findLast(({ number }) => number < line.number);
  if (before === undefined || indentOf(before) >= indentOf(line)) return undefined;
  return {
    message: `this line is indented deeper than line ${before.number}, which has its value already.`,
    fix: `Indent the lines ${before.number} and ${line.number} alike.`,
    span: [line.start + indentOf(line), line.start + line.text.trimEnd().length],
    reach: "section",
  };
}

/** Returns the key of a line that has a bracket or quote right behind its colon, which YAML takes for a part of the key. */
export function unspacedColon(at: number, text: string): SyntaxFault | undefined {
  const line = lineAt(at, text);
  const found = /(?<=^|[\s{,])([\w-]+):([{["'])/.exec(line.text);
  if (found === null) return undefined;
  const span: Span = [line.start + found.index, line.start + found.index + found[0].length];
  return { message: "there is no space behind the colon.", fix: `Write \`${found[1]}: ${found[2]}\`.`, span };
}

/** The indentations that a next line could have, the deepest first, each with the line that it begins with: that one may be the wrong one. */
function openLevels(lines: readonly Line[]): { indent: number; number: number }[] {
  const levels: { indent: number; number: number }[] = [];
  for (const line of lines.toReversed()) {
    const indent = indentOf(line);
    if (levels.length === 0 || indent < levels.at(-1)!.indent) levels.push({ indent, number: line.number });
    else if (indent === levels.at(-1)!.indent && indent > 0) levels.at(-1)!.number = line.number;
    if (indent === 0) break;
  }
  return levels;
}

/** Returns the blank of a line that YAML takes for a letter, as pages and word processors have them. */
export function unicodeSpaceFault(place: number, whole: string): SyntaxFault | undefined {
  const { text, start } = lineAt(place, whole);
  const found = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/.exec(text);
  if (found === null) return undefined;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  const at = start + found.index;
  return {
    message: `this line has the blank U+${code}, which is no space.`,
    fix: "Write a space instead.",
    span: [at, at + 1],
  };
}

function lineAt(at: number, text: string): Line {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return { number: text.slice(0, start).split("\n").length, text: text.slice(start).split(/\r?\n/, 1)[0]!, start };
}

/** The lines with more than blanks and comments. */
function contentLines(text: string): Line[] {
  let start = 0;
  return text.split("\n").flatMap((line, index) => {
    const here = { number: index + 1, text: line.replace(/\r$/, ""), start };
    start += line.length + 1;
    return /^\s*(#|$)/.test(line) ? [] : [here];
  });
}

/** A dash belongs to what it begins: the keys of an item stand behind it. */
const indentOf = ({ text }: Line): number => /^ */.exec(text)![0].length;

const spaces = (count: number): string => (count === 1 ? "1 space" : `${count} spaces`);
