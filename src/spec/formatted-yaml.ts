import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

/**
 * Returns a YAML text in its canonical layout: two spaces, one form of brackets, no trailing space; comments, quotes, anchors and blank lines
 * stay. Laying it out again changes nothing, nor does it change what the text says. `undefined` when it is not YAML.
 */
export function formattedYaml(text: string): string | undefined {
  const options = { uniqueKeys: false, logLevel: "silent" } as const;
  const document = parseDocument(text, options);
  if (document.errors.length > 0) return undefined;
  const laidOut = document.toString({ lineWidth: 0, indent: 2, flowCollectionPadding: true });
  const again = parseDocument(laidOut, options);
  // A layout that said something else would be worse than none.
  return isDeepStrictEqual(valueOf(again), valueOf(document)) ? laidOut : text;
}

const valueOf = (document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS({ maxAliasCount: 10_000 });
  } catch {
    return document;
  }
};
