import { wordWrapped } from "../../spec/index.ts";

/**
 * Returns a command's help as it fits a terminal: paragraphs filled anew where they are wider. Commands to paste stay in one line, lists and tables
 * keep their lines.
 */
export function helpLines(text: string, columns: number): string {
  const lines: string[] = [];
  let isFilling = false;
  for (const line of text.split("\n")) {
    if (isFilling && isProse(line)) {
      lines.push(`${lines.pop()} ${line}`);
    } else lines.push(line);
    isFilling = isProse(line) && lines.at(-1)!.length > columns;
  }
  return lines.flatMap((line) => (isCommand(line) ? line : wrapped(line, columns))).join("\n");
}

/** A table's second column begins behind two blanks, and goes on there. */
function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const indent = /^ *(?:\S+(?: \S+)*? {2,}(?=\S))?/.exec(line)![0].length;
  const hanging = indent < columns / 2 ? indent : 2;
  const [first, ...rest] = wordWrapped(line.slice(hanging), columns - hanging);
  return [line.slice(0, hanging) + first, ...rest.map((later) => " ".repeat(hanging) + later)];
}

const isProse = (line: string): boolean => /^[^\s-]/.test(line);

const isCommand = (line: string): boolean => /^ *(sluice|pulumi) /.test(line);
