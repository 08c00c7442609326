import { visibleLine, wordWrapped } from "../spec/index.ts";

/**
 * Returns the line in as many as fit, the later ones indented more; a word that is longer than a line stays whole. What would control a terminal
 * is shown and not obeyed: names and messages are others'.
 */
export function wrapped(text: string, columns: number): string[] {
  const line = visibleLine(text).trimEnd();
  if (line.length <= columns) return [line];
  const indent = /^ */.exec(line)![0];
  const [first, ...rest] = wordWrapped(line.trim(), columns - indent.length - 2, -2);
  return [`${indent}${first}`, ...rest.map((later) => `${indent}  ${later}`)].map((one) => one.trimEnd());
}
