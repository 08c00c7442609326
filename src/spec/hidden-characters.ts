import type { Path, ShapeFinding } from "./problem/problem.ts";
import { hiddenCharacter } from "./problem/visible.ts";

/**
 * Returns every key and text with a character that nobody sees or that makes the rest read other than it is: AWS has no use for one in
 * any setting, and a reviewer would approve another text than the one that is applied. A reason may have several lines.
 */
export function hiddenFindings(data: unknown): ShapeFinding[] {
  const findings: ShapeFinding[] = [];
  const path: (string | number)[] = [];
  walk(data);
  return findings;

  function walk(value: unknown): void {
    if (typeof value === "string") {
      findings.push(...findingsOf(value, path, false));
    } else if (typeof value === "object" && value !== null) {
      const isList = Array.isArray(value);
      for (const key of Object.keys(value)) {
        path.push(isList ? Number(key) : key);
        if (!isList) findings.push(...findingsOf(key, path, true));
        walk((value as Record<string, unknown>)[key]);
        path.pop();
      }
    }
  }
}

/** One for all that has none. */
const none: ShapeFinding[] = [];

function findingsOf(text: string, path: Path, atKey: boolean): ShapeFinding[] {
  const isReason = (path[0] === "allow" && path.at(-1) === "reason") || path.at(-1) === "description";
  const found = hiddenCharacter(isReason && !atKey ? text.replaceAll("\n", " ") : text);
  if (found === undefined) return isReason ? none : misleading(text, path, atKey);
  const message = `The ${atKey ? "key" : "text"} has the character ${found}, which does not show.`;
  const fix = found === "U+000A" ? "Write it on one line." : "Remove the character.";
  return [{ code: "hidden-character", message, path: [...path], atKey, fix }];
}

/** What shows, but is not what it looks like: quotes that YAML takes for letters, and blanks that are no spaces. */
function misleading(text: string, path: Path, atKey: boolean): ShapeFinding[] {
  // A block for anchors counts where it is used.
  if (String(path[0]).startsWith("x-")) return none;
  const [, quoted] = /^["'\\]*[“”„‟‘’‚‛]([^"]*)[“”„‟‘’‚‛]$/.exec(text) ?? [];
  if (quoted !== undefined) {
    const message = `The ${atKey ? "key" : "text"} ${text} is in curly quotes, which are letters to YAML.`;
    return [{ code: "curly-quotes", message, path: [...path], atKey, fix: `Write "${quoted}".` }];
  }
  const blank = /[\u00A0\u2000-\u200A\u202F\u205F]/.exec(text)?.[0];
  // AWS Organizations has such names.
  if (blank === undefined || path.includes("organizationalUnits")) return none;
  const code = `U+${blank.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
  const message = `The ${atKey ? "key" : "text"} has the blank ${code}, which looks like a space and is none.`;
  return [{ code: "hidden-character", message, path: [...path], atKey, fix: "Write a space instead, or remove it." }];
}
