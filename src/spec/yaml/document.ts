import type { Path } from "../problem/problem.ts";
import { parseAllDocuments } from "yaml";
import { SourceMap } from "./source-map.ts";
import type { SpecProblem } from "../problem/problem.ts";
import { DocumentReader } from "./document-reader.ts";
import { maskVariables } from "./variable-mask.ts";
import { syntaxProblems } from "./syntax.ts";

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

/** Reads one YAML document as data: no custom tags; anchors, aliases and `<<` are allowed; 12 digits stay as they are written. */
export function readDocument(text: string, file: string): SourceDocument {
  const sourceMap = new SourceMap(text, file);
  const problems: SpecProblem[] = [];
  const tooDeep = () => sourceMap.problemAt([0, 0], "yaml-syntax", "This is nested too deeply to be read.");
  const unreadable = (...why: SpecProblem[]) => ({
    data: undefined,
    sourceMap: sourceMap,
    problems: [...problems, ...why],
    hasOthers: true,
    broken: [],
  });
  if (text.includes("\0") || text.startsWith("\uFFFD\uFFFD")) {
    const message = "This is no text in UTF-8: it may be UTF-16, or no text at all.";
    return unreadable(sourceMap.problemAt([0, 0], "not-text", message, "Save it as UTF-8."));
  }
  if (text.includes("\r") && !text.includes("\n")) {
    const message = "Not YAML: the lines end with CR alone, so that all of it is one line.";
    return unreadable(sourceMap.problemAt([0, 0], "yaml-syntax", message, "Save it with LF or CRLF at line ends."));
  }
  try {
    const parsed = parseAllDocuments(maskVariables(text), {
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    const [document, second] = "empty" in parsed ? [] : parsed;
    if (second !== undefined) {
      const [start] = second.range;
      const message = "A spec is one YAML document; a second one starts here.";
      problems.push(
        sourceMap.problemAt([start, start], "multiple-documents", message, "Move it into a file of its own."),
      );
    }
    if (document === undefined) return unreadable();
    if (document.errors.length > 0) {
      // The parser notes its own exhaustion among the errors of the text.
      if (document.errors.some(({ message }) => /call stack|Stack overflow/.test(message)))
        return unreadable(tooDeep());
      return unreadable(...syntaxProblems(document, text, sourceMap));
    }
    const reading = new DocumentReader(document, sourceMap, problems);
    const data = reading.value(document.contents, [], sourceMap.root);
    return { data, sourceMap, problems, hasOthers: reading.hasOthers, broken: reading.broken };
  } catch (error) {
    // The parser descends by recursion and has no limit of its own.
    if (!(error instanceof RangeError)) throw error;
    return unreadable(tooDeep());
  }
}
