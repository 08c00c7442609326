import { isCollection, isScalar, visit } from "yaml";
import type { Document, Node } from "yaml";
import type { SpecProblem } from "../problem/problem.ts";
import { syntaxFault } from "./syntax-faults.ts";
import type { SyntaxFault } from "./indentation-faults.ts";
import type { SourceMap, Span } from "./source-map.ts";

type SyntaxErrors = Document["errors"];

/** More of them are echoes of the first. */
const mostProblems = 3;

/** After these the parser still knows where it is. */
const contained = new Set(["BAD_SCALAR_START", "BAD_DQ_ESCAPE", "BAD_ALIAS", "MULTIPLE_ANCHORS", "MULTIPLE_TAGS"]);

/**
 * Returns why a document is not YAML, one problem a cause: what is never closed is shown where it is opened, and what the parser says
 * once it has lost its way is left out.
 */
export function syntaxProblems(document: Document, text: string, sourceMap: SourceMap): SpecProblem[] {
  const alien = alienText(text);
  if (alien !== undefined) return [faultProblem(alien, sourceMap)];
  const unclosed = unclosedIn(document, text);
  if (unclosed !== undefined) return [unclosedProblem(unclosed, text, sourceMap)];
  const lost = new Set<number>();
  const problems: SpecProblem[] = [];
  for (const error of document.errors as SyntaxErrors) {
    const pos = error.pos as Span;
    const { line } = sourceMap.rangeOf(pos);
    if (lost.has(line)) continue;
    lost.add(line);
    // Within brackets it takes what stands behind a comma that is missing for a key of several lines.
    const inFlow = document.errors.some(({ code, pos: [at] }) => code === "BLOCK_IN_FLOW" && at === pos[0]);
    const code = inFlow ? "BLOCK_IN_FLOW" : error.code;
    problems.push(
      faultProblem(
        { span: fromText(pos, text), ...syntaxFault({ code, message: error.message, pos }, text) },
        sourceMap,
      ),
    );
    if (!contained.has(error.code) && !error.message.startsWith("Comments")) break;
  }
  return problems.slice(0, mostProblems);
}

function faultProblem({ span, message, fix }: SyntaxFault, sourceMap: SourceMap): SpecProblem {
  return sourceMap.problemAt(span ?? [0, 0], "yaml-syntax", `Not YAML: ${message}`, fix);
}

/** What a file has that is none of its author's: the marks of a conflict, or of the page that it was copied from. */
function alienText(text: string): SyntaxFault | undefined {
  const conflict = /^(<{7}|={7}|>{7})(?=\s)/m.exec(text);
  if (conflict !== null) {
    const fix = "Keep what is meant, and remove the lines of <, = and >.";
    const span: Span = [conflict.index, conflict.index + 7];
    return { message: "a merge conflict is not resolved here.", fix, span };
  }
  const fence = /^```.*/.exec(text.trimStart());
  if (fence === null) return undefined;
  const start = text.indexOf("```");
  return {
    message: "this is a block of Markdown.",
    fix: "Remove the lines of ```.",
    span: [start, start + fence[0].length],
  };
}

/** The parser shows some lines from their beginning. */
function fromText([from, to]: Span, text: string): Span {
  const spaces = /^ */.exec(text.slice(from, to + 1))![0].length;
  return [from + spaces, Math.max(to, from + spaces + 1)];
}

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
