import type { Path } from "./problem.ts";
import type { ShapeFinding } from "./shape.ts";
import { hiddenCharacter } from "./visible.ts";

/**
 * Returns every key and text with a character that nobody sees or that makes the rest read other than it is: AWS has no use for one in
 * any setting, and a reviewer would approve another text than the one that is applied. A reason may have several lines.
 */
export function hiddenFindings(data: unknown, path: Path = []): ShapeFinding[] {
  if (typeof data === "string") return findingsOf(data, path, false);
  if (Array.isArray(data)) return data.flatMap((item, index) => hiddenFindings(item, [...path, index]));
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => [
    ...findingsOf(key, [...path, key], true),
    ...hiddenFindings(value, [...path, key]),
  ]);
}

function findingsOf(text: string, path: Path, atKey: boolean): ShapeFinding[] {
  const isReason = path[0] === "allow" && path.at(-1) === "reason";
  const found = hiddenCharacter(isReason && !atKey ? text.replaceAll("\n", " ") : text);
  if (found === undefined) return [];
  const message = `The ${atKey ? "key" : "text"} has the character ${found}, which does not show.`;
  const fix = found === "U+000A" ? "Write it on one line." : "Remove the character.";
  return [{ code: "hidden-character", message, path, atKey, fix }];
}
