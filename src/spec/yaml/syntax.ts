import { isCollection, isScalar, visit } from "yaml";
import type { Document } from "yaml";
import { flowFault, quoteFault } from "./flow-faults.ts";
import { syntaxFault } from "./syntax-faults.ts";
import type { PlacedFault } from "./flow-faults.ts";
import type { Span } from "./source-map.ts";

/** Returns the first reason why a document is not YAML: what is never closed is shown where it is opened. `read` is the text as the parser got it. */
export function firstFault(document: Document, text: string, read: string): PlacedFault {
  const { errors } = document;
  const { code, message, pos } = errors.reduce((first, error) => (error.pos[0] < first.pos[0] ? error : first));
  const opened = openedBefore(pos[0], document, read);
  if (opened !== undefined) return opened;
  // Within brackets the parser takes what stands behind a comma that is missing for a key of several lines.
  const inFlow = errors.some((error) => error.code === "BLOCK_IN_FLOW" && error.pos[0] === pos[0]);
  const span = fromText(pos as Span, text);
  return { span, ...syntaxFault({ code: inFlow ? "BLOCK_IN_FLOW" : code, message, pos: pos as Span }, text) };
}

/** What is wrong with the last bracket or quote that opens in front of where the parser has lost its way. */
function openedBefore(offset: number, document: Document, text: string): PlacedFault | undefined {
  let last: (() => PlacedFault | undefined) | undefined;
  visit(document, (_key, node) => {
    if ((!isScalar(node) && !isCollection(node)) || !node.range || node.range[0] > offset) return undefined;
    const [start] = node.range;
    if (isScalar(node)) {
      if (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") last = () => quoteFault(text, start);
      return undefined;
    }
    if (!node.flow) return undefined;
    last = () => flowFault(text, start);
    return visit.SKIP;
  });
  return last?.();
}

/** Returns what a file has that is none of its author's: the marks of a conflict, or of the page that it was copied from. */
export function foreignTextFault(text: string): PlacedFault | undefined {
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
