import { isDeepStrictEqual } from "node:util";
import { Lexer, parseDocument } from "yaml";

/** A layout of a comment or an anchor at an odd place may need another round until it is its own layout. */
const mostRounds = 4;

/**
 * Returns a YAML text in its canonical layout: two spaces, `[a]` and `{ a: b }`, no trailing space; comments, quotes, anchors and blank lines
 * stay, and so does how lines end. Laying it out again changes nothing, nor does it change what the text says. `undefined` when it is not YAML.
 */
export function formattedYaml(text: string): string | undefined {
  // As git checks text out on Windows.
  if (/^[^\n]*\r\n/.test(text)) return laidOutText(text.replaceAll("\r\n", "\n"))?.replaceAll("\n", "\r\n");
  return laidOutText(text);
}

function laidOutText(text: string): string | undefined {
  const document = documentOf(text);
  if (document.errors.length > 0) return undefined;
  let laidOut = text;
  for (let round = 0; round < mostRounds; round++) {
    const next = textOf(documentOf(laidOut));
    if (next === undefined) return undefined;
    // A layout that said something else would be worse than none.
    if (next === laidOut) return isDeepStrictEqual(valueOf(documentOf(next)), valueOf(document)) ? next : text;
    laidOut = next;
  }
  return text;
}

const documentOf = (text: string) => parseDocument(text, { uniqueKeys: false, logLevel: "silent" });

/** An alias of what is nowhere cannot be written. */
const textOf = (document: ReturnType<typeof documentOf>): string | undefined => {
  try {
    return tightLists(document.toString({ lineWidth: 0, indent: 2, flowCollectionPadding: true }));
  } catch {
    return undefined;
  }
};

/** What the lexer says between the pieces of the text: a byte order mark, a document's start, a flow's end. */
const marks: readonly string[] = ["\uFEFF", "\u0002", "\u0018"];
/** What it says before a scalar, which may look like a bracket. */
const scalarMark = "\u001F";

/** Returns the text with `[a, b]` where the library writes `[ a, b ]`, as every other formatter has it; braces keep their spaces. */
export function tightLists(text: string): string {
  const tokens = [...new Lexer().lex(text)].filter((token) => !marks.includes(token));
  const isBracket = (index: number, bracket: string) => tokens[index] === bracket && tokens[index - 1] !== scalarMark;
  return tokens
    .filter((token, index) => {
      if (token === scalarMark) return false;
      return !/^ +$/.test(token) || !(isBracket(index - 1, "[") || isBracket(index + 1, "]"));
    })
    .join("");
}

const valueOf = (document: ReturnType<typeof documentOf>): unknown => {
  try {
    return document.toJS({ maxAliasCount: 10_000 });
  } catch {
    return document;
  }
};
