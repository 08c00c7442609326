/** Returns the line in as many as fit, the later ones indented more; a word that is longer than a line stays whole. */
export function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const indent = " ".repeat(/^ */.exec(line)![0].length);
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    const isBegun = current.trim() !== "";
    if (isBegun && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current += isBegun ? ` ${word}` : word;
  }
  return [...lines, current];
}
