import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

/** A layout of a comment or an anchor at an odd place may need another round until it is its own layout. */
const patience = 4;

/**
 * Returns a YAML text in its canonical layout: two spaces, one form of brackets, no trailing space; comments, quotes, anchors and blank lines
 * stay. Laying it out again changes nothing, nor does it change what the text says. `undefined` when it is not YAML.
 */
export function formattedYaml(text: string): string | undefined {
  const document = documentOf(text);
  if (document.errors.length > 0) return undefined;
  let laidOut = text;
  for (let round = 0; round < patience; round++) {
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
    return document.toString({ lineWidth: 0, indent: 2, flowCollectionPadding: true });
  } catch {
    return undefined;
  }
};

const valueOf = (document: ReturnType<typeof documentOf>): unknown => {
  try {
    return document.toJS({ maxAliasCount: 10_000 });
  } catch {
    return document;
  }
};
