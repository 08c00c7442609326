/**
 * Control characters, marks that turn the direction of text, and those that nobody sees: all that Unicode lets a font leave out, such as the
 * selectors of a variant, and the blanks that it does not call so.
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const hidden = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028-\u202E\u2800\uFFF9-\uFFFB]/u;

/** Returns whether a text has nothing but what ASCII shows on one line, as most have. */
export const isPrintable = (text: string): boolean => /^[ -~]*$/.test(text);

/** Returns the first character of a text that would not be seen, or would make the rest read other than it is, as `U+001B`. */
export function hiddenCharacter(text: string): string | undefined {
  if (isPrintable(text)) return undefined;
  const found = hidden.exec(text)?.[0] ?? (text.isWellFormed() ? undefined : "\uFFFD");
  return found && `U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Returns a text of any origin so that it reads as what it is: control and direction characters as their code, and nothing in it that a
 * CI log takes for a command (`::add-mask::`, `##[error]`). Line ends stay. Of JSON it makes JSON with the same content.
 */
export function visible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .toWellFormed()
    .replaceAll(new RegExp(hidden, "gu"), (character) => (character === "\n" ? character : escaped(character)))
    .replaceAll(/(^|\s)::/g, `$1${escaped(":")}:`)
    .replaceAll(/##(?=\[|vso\[)/g, `${escaped("#")}#`);
}

/** Returns a text of the same length in which what does not show is a mark, so that columns stay. */
export function markHiddenCharacters(text: string): string {
  return text.replaceAll(new RegExp(hidden, "gu"), (character) => "\u{FFFD}".repeat(character.length));
}

/** Returns the same on one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", escaped("\n"));
}

function escaped(character: string): string {
  return Array.from(character.split(""), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
