import { isCollection, isScalar, visit } from "yaml";
import type { Document, Node } from "yaml";
import type { SpecProblem } from "../problem/problem.ts";
import { unmaskVariables } from "./variable-mask.ts";
import type { SourceMap, Span } from "./source-map.ts";

type SyntaxErrors = Document["errors"];

/** More of them are echoes of the first. */
const mostProblems = 3;

/**
 * Returns why a document is not YAML, one problem a cause: what is never closed is shown where it is opened, and what the parser says
 * of the rest of a line that it has lost is left out.
 */
export function syntaxProblems(document: Document, text: string, sourceMap: SourceMap): SpecProblem[] {
  const unclosed = unclosedIn(document, text);
  if (unclosed !== undefined) return [unclosedProblem(unclosed, text, sourceMap)];
  const lost = new Set<number>();
  const problems: SpecProblem[] = [];
  for (const { pos, code, message } of document.errors as SyntaxErrors) {
    const { line } = sourceMap.rangeOf(pos as Span);
    if (lost.has(line)) continue;
    lost.add(line);
    const fix =
      fixes[code] ?? (/reserved character|directive indicator/.test(message) ? "Put it in quotes." : undefined);
    problems.push(
      sourceMap.problemAt(fromText(pos as Span, text), "yaml-syntax", `Not YAML: ${unmaskVariables(message)}.`, fix),
    );
    // Once a token was out of place the parser guesses.
    if (code === "UNEXPECTED_TOKEN") break;
  }
  return problems.slice(0, mostProblems);
}

/** The parser shows some lines from their beginning. */
function fromText([from, to]: Span, text: string): Span {
  const spaces = /^ */.exec(text.slice(from, to + 1))![0].length;
  return [from + spaces, Math.max(to, from + spaces)];
}

const fixes: Partial<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BLOCK_AS_IMPLICIT_KEY: "Write one key a line, or put a text with a colon in quotes.",
  BAD_INDENT: "Indent it as far as its neighbours.",
  BAD_DQ_ESCAPE: "Write \\\\ for a backslash, or use single quotes.",
};

/** The quote or bracket that was opened last and is never closed. */
function unclosedIn(document: Document, text: string): Node | undefined {
  let found: Node | undefined;
  if (!document.errors.some(({ code }) => code === "MISSING_CHAR" || code === "BAD_INDENT")) return undefined;
  visit(document, (_key, node) => {
    if ((isScalar(node) || isCollection(node)) && node.range && isUnclosed(node, text)) found = node;
  });
  return found;
}

function isUnclosed(node: Node, text: string): boolean {
  const [start, end] = node.range!;
  const [first, last] = [text[start], text[end - 1]];
  if (isScalar(node)) {
    if (node.type !== "QUOTE_DOUBLE" && node.type !== "QUOTE_SINGLE") return false;
    return end - start < 2 || last !== first || (first === '"' && /(?<!\\)(\\\\)*\\"$/.test(text.slice(start, end)));
  }
  return (first === "[" && last !== "]") || (first === "{" && last !== "}");
}

function unclosedProblem(node: Node, text: string, sourceMap: SourceMap): SpecProblem {
  const [start] = node.range!;
  const opened = text[start]!;
  const close = { "[": "]", "{": "}" }[opened] ?? opened;
  const isQuote = close === opened;
  return sourceMap.problemAt(
    [start, start + 1],
    "yaml-syntax",
    `Not YAML: the ${isQuote ? "quote" : "bracket"} ${opened} is never closed.`,
    `Write ${close} where the ${isQuote ? "text" : opened === "[" ? "list" : "mapping"} ends.`,
  );
}
