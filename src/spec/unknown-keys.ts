import { bareKey, keysForForeign, insteadOf } from "./foreign-keys.ts";
import type { Path } from "./problem/problem.ts";
import { didYouMean, suggest } from "./problem/suggest.ts";
import { keysAt, keysHolding } from "./schema/schema-keys.ts";

/** What to do about a key that is not known where it stands. */
interface KeyCure {
  fix?: string;
  /** The place that was probably meant. */
  meant?: Path;
}

/** Returns what to do about a key that is not known in the mapping at a path: it is misspelt, another tool's word, or in the wrong mapping. */
export function cureOfKey(path: Path, key: string, value: unknown): KeyCure {
  const known = keysAt(path);
  if (key.startsWith("//")) return { fix: "Write # instead of //: comments begin with it." };
  const [, name, sign, behind] = /^([\w-]+)(:|\s*=\s*|\s+(?=[{["']))(.+)$/.exec(key) ?? [];
  if (name !== undefined && known.includes(name)) {
    const blank = /^\s/.test(behind!) ? "Write a space instead of the blank" : "Put a space";
    const what = sign === ":" ? `${blank} behind the colon` : "Write a colon and a space behind the key";
    return { fix: `${what}: \`${name}: ${behind!.trim()}\`.`, meant: [...path, name] };
  }
  const foreign = keysForForeign(key);
  const alike = known.find((one) => bareKey(one) === bareKey(key));
  const meant = alike ?? foreign.find((one) => known.includes(one)) ?? suggest(key, known);
  if (meant !== undefined) return { fix: `Did you mean "${meant}"?`, meant: [...path, meant] };
  const isSwitch = path[0] === "syncs" && path.at(-2) === "overrides" && key === "enabled";
  const instead = isSwitch
    ? "Leave these targets out of the sync's own, with `exclude:`; a sync is switched off as a whole."
    : insteadOf(key, known);
  if (instead !== undefined) return { fix: instead };
  if (path[0] === "stacks" && path.length === 2) return belowOneOf(["vars"], path, key);
  const sections = path.length === 0 ? sectionsFor(value) : [];
  if (sections.length > 0) return belowOneOf(sections, path, key);
  for (const word of [key, ...foreign]) {
    const called = word === key ? "it" : `\`${word}:\``;
    const holders = keysHolding(word, path);
    if (holders.length > 0) return belowOneOf(holders, path, word, called);
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const above = path.slice(0, depth);
      if (!keysAt(above).includes(word)) continue;
      const owner = depth === 0 ? "the spec itself" : above.join(".");
      return { fix: `Write ${called} in ${owner}, indented as far as \`${path[depth]}:\`.`, meant: [...above, word] };
    }
  }
  return { fix: didYouMean(key, known) };
}

function belowOneOf(holders: readonly string[], path: Path, word: string, called = "it"): KeyCure {
  const fix = `Write ${called} below ${holders.map((holder) => `\`${holder}:\``).join(" or ")}, indented.`;
  return { fix, meant: holders.length === 1 ? [...path, holders[0]!, word] : undefined };
}

/** The sections with entries of which one may have all that a mapping at the top has. */
function sectionsFor(value: unknown): string[] {
  if (typeof value === "string" && /^\d{12}$/.test(value)) return ["accounts"];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const keys = Object.keys(value);
  if (keys.length === 0) return [];
  return ["accounts", "targets", "syncs", "exports"].filter((section) => {
    const known = keysAt([section, "any"]);
    return keys.every((key) => known.includes(key));
  });
}
