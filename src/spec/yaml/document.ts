import type { Path } from "../problem/problem.ts";
import { parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import { SourceMap } from "./source-map.ts";
import type { SpecProblem } from "../problem/problem.ts";
import { DocumentReader } from "./document-reader.ts";
import { maskVariables } from "./variable-mask.ts";
import { withoutFault } from "./set-aside.ts";
import { foreignTextFault, firstFault } from "./syntax.ts";
import { withoutTabs } from "./tabs.ts";
import type { Untabbed } from "./tabs.ts";

/** A YAML text as plain data, with the place of every key and value. */
export interface SourceDocument {
  /** `undefined` when the text is not one readable YAML document. */
  data: unknown;
  sourceMap: SourceMap;
  problems: SpecProblem[];
  /** Whether a key or a text has more than what shows on one line of ASCII. */
  hasOthers: boolean;
  /** The places whose values could not be read. */
  broken: Path[];
}

/** More faults are not looked for, nor any once so many characters have been read again. */
const mostFaults = 8;
const mostCharacters = 2_000_000;

/**
 * Reads one YAML document as data: no custom tags; anchors, aliases and `<<` are allowed; 12 digits stay as they are written. What a fault of the
 * syntax makes unreadable is set aside, and the rest is read.
 */
export function readDocument(text: string, file: string): SourceDocument {
  const problems: SpecProblem[] = [];
  let sourceMap = new SourceMap(text, file);
  const unreadable = (...why: SpecProblem[]): SourceDocument => {
    problems.push(...why);
    return { data: undefined, sourceMap, problems, hasOthers: true, broken: [] };
  };
  if (text.includes("\0") || text.startsWith("\uFFFD\uFFFD")) {
    const message = "This is no text in UTF-8: it may be UTF-16, or no text at all.";
    return unreadable(sourceMap.problemAt([0, 0], "not-text", message, "Save it as UTF-8."));
  }
  if (text.includes("\r") && !text.includes("\n")) {
    const message = "Not YAML: the lines end with CR alone, so that all of it is one line.";
    return unreadable(sourceMap.problemAt([0, 0], "yaml-syntax", message, "Save it with LF or CRLF at line ends."));
  }
  try {
    const faultLines = new Set<number>();
    let rest = text;
    let shiftOf: Untabbed["shiftOf"] | undefined;
    for (let line = 0; ; sourceMap = new SourceMap(rest, file, shiftOf)) {
      const [document, second] = documentsIn(rest);
      if (second !== undefined && line === 0) problems.push(secondDocument(second.range[0], sourceMap));
      if (document === undefined) return unreadable();
      if (document.errors.length === 0) return read(document, sourceMap, problems, faultLines);
      // The parser notes its own exhaustion among the errors of the text.
      if (document.errors.some(({ message }) => /call stack|Stack overflow/.test(message))) throw new RangeError();
      const foreignText = line === 0 ? foreignTextFault(rest) : undefined;
      const fault = foreignText ?? firstFault(document, rest, maskVariables(rest));
      const problem = sourceMap.problemAt(fault.span, "yaml-syntax", `Not YAML: ${fault.message}`, fault.fix);
      // What is told of a line twice, or of one above, comes of setting aside.
      if (problem.line <= line) return unreadable();
      // What breaks off on one line goes on upon the next.
      if (!faultLines.has(problem.line - 1)) problems.push(problem);
      line = problem.line;
      if (fault.reach !== "tabs") for (let row = line; row <= problem.endLine; row++) faultLines.add(row);
      const isMuch = problems.length >= mostFaults || problems.length * text.length > mostCharacters;
      if (foreignText !== undefined || fault.reach === "everything" || isMuch) return unreadable();
      if (fault.reach !== "tabs") {
        rest = withoutFault(rest, fault);
        continue;
      }
      const untabbed = shiftOf === undefined ? withoutTabs(rest, documentsIn) : undefined;
      if (untabbed === undefined) return unreadable();
      ({ text: rest, shiftOf } = untabbed);
    }
  } catch (error) {
    // The parser descends by recursion and has no limit of its own.
    if (!(error instanceof RangeError)) throw error;
    return unreadable(sourceMap.problemAt([0, 0], "yaml-syntax", "This is nested too deeply to be read."));
  }
}

function documentsIn(text: string): Document.Parsed[] {
  const options = { uniqueKeys: false, prettyErrors: false, logLevel: "silent" } as const;
  const { env } = process;
  // The parser looks into the environment at each token, and Node asks the system each time: a copy answers sooner.
  process.env = { ...env };
  try {
    const parsed = parseAllDocuments(maskVariables(text), options);
    return "empty" in parsed ? [] : parsed;
  } finally {
    process.env = env;
  }
}

function read(
  document: Document.Parsed,
  sourceMap: SourceMap,
  problems: SpecProblem[],
  faultLines: ReadonlySet<number>,
): SourceDocument {
  const reading = new DocumentReader(document, sourceMap, problems, faultLines);
  const data = reading.value(document.contents, [], sourceMap.root);
  return { data, sourceMap, problems, hasOthers: reading.hasOthers, broken: reading.broken };
}

function secondDocument(start: number, sourceMap: SourceMap): SpecProblem {
  const message = "A spec is one YAML document; a second one starts here.";
  return sourceMap.problemAt([start, start], "multiple-documents", message, "Move it into a file of its own.");
}
