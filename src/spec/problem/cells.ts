const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const unseen = /[\p{Mn}\p{Me}\uFE0F]/u;

/** Returns how many cells of a terminal a text takes: East Asian letters and emoji take two, marks on other letters none. */
export function cellsOf(text: string): number {
  // Most texts are ASCII, a cell for each character.
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += wide.test(character) ? 2 : unseen.test(character) ? 0 : 1;
  return cells;
}

/** Returns the lines of a text, broken between words where it would be wider than a terminal; the first of them begins after `used` cells. */
export function wordWrapped(text: string, columns: number, used = 0): string[] {
  const lines: string[] = [];
  let line = "";
  let room = columns - used;
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && cellsOf(longer) > room) {
      lines.push(line);
      room = columns;
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
