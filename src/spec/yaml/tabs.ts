import { isAlias, isScalar, visit } from "yaml";
import type { Document } from "yaml";
import { withoutFault } from "./set-aside.ts";

/** A text with spaces for the tabs that indent its lines. */
export interface Untabbed {
  text: string;
  /** By how much what stands in a line, counted from 1, is further to the right than with the tabs. */
  shiftOf(line: number): number;
}

/** A longer text would take too long to be read with each width. */
const mostCharacters = 60_000;

/**
 * Returns the text to read on with. How many spaces a tab stands for matters only where the lines would belong together otherwise: there the sections
 * that have tabs are set aside. `undefined` where nothing can be read.
 */
export function withoutTabs(text: string, documentsIn: (text: string) => Document.Parsed[]): Untabbed | undefined {
  if (!indentingTabs.test(text) || text.length > mostCharacters) return undefined;
  const counts = text.split("\n").map((line) => indentation(line).split("\t").length - 1);
  const withWidth = (width: number): Untabbed => ({
    text: text.replace(new RegExp(indentingTabs, "gm"), (blanks) => blanks.replaceAll("\t", " ".repeat(width))),
    shiftOf: (line) => (counts[line - 1] ?? 0) * (width - 1),
  });
  const readings = [1, 2, 4, 8].map(withWidth).flatMap((reading) => {
    const [document] = documentsIn(reading.text);
    return document === undefined || document.errors.length > 0 ? [] : [{ reading, structure: structureOf(document) }];
  });
  const [first, ...others] = readings;
  if (first && others.every(({ structure }) => structure === first.structure)) return first.reading;
  const { text: spaced, ...shift } = withWidth(2);
  return {
    ...shift,
    text: counts.reduce((rest, count, row) => (count > 0 ? withoutSectionAt(rest, row) : rest), spaced),
  };
}

const indentingTabs = /^ *\t[ \t]*/m;

const indentation = (line: string): string => /^[ \t]*/.exec(line)![0];

function withoutSectionAt(text: string, row: number): string {
  const lines = text.split("\n");
  if (lines[row]!.trim() === "") return text;
  const at = lines.slice(0, row).join("\n").length + 2;
  return withoutFault(text, { message: "", span: [at, at + 1], reach: "section" });
}

/** What stands below what, as one text. */
function structureOf(document: Document.Parsed): string {
  const parts: string[] = [];
  visit(document, (key, node, path) => {
    const content = isScalar(node) ? node.source : isAlias(node) ? node.source : "";
    parts.push(`${path.length} ${String(key)} ${content}`);
  });
  return parts.join("\n");
}
