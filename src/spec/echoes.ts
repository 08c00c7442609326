import type { Path, SpecFinding } from "./problem/problem.ts";
import { unreadKey } from "./yaml/document-node.ts";
import { distance } from "./problem/suggest.ts";
import { nameOf } from "./yaml/source-map.ts";

/**
 * Returns whether a finding only follows from one that is told already: of its own place, of the mapping that should hold it, or of the
 * definition that it looks for. `broken` has the paths of those, as `nameOf` writes them.
 */
export function isEcho({ code, path, definition = [] }: SpecFinding, broken: ReadonlySet<string>): boolean {
  if (broken.has(nameOf(path))) return true;
  // What a mapping lacks may stand in what it was to take over.
  if (code === "missing-key" && ["<<", unreadKey].some((key) => broken.has(nameOf([...path.slice(0, -1), key]))))
    return true;
  // What an entry lacks may stand in the defaults.
  const [section, , ...within] = path;
  const isOfEntry = section === "syncs" || section === "exports";
  const given = ["implicit-self", "needs-caller"].includes(code)
    ? ["targets"]
    : code === "missing-key"
      ? within
      : undefined;
  if (isOfEntry && given !== undefined && isBrokenDefinition(["defaults", section, ...given], broken)) return true;
  return isBrokenDefinition(definition, broken);
}

/** Returns whether a definition that was looked for in vain is there, but broken. */
export function isBrokenDefinition(definition: Path, broken: ReadonlySet<string>): boolean {
  if (definition.length > 1 && broken.has(misplaced(String(definition[1])))) return true;
  if (definition.length > 1 && isSpoiltName(definition, broken)) return true;
  return definition.some(
    (_, index) =>
      broken.has(nameOf(definition.slice(0, index + 1))) || broken.has(nameOf([...definition.slice(0, index), "<<"])),
  );
}

/** Returns the mark, among the places that are broken, of a key that is no name, perhaps by the one letter that makes it unknown elsewhere. */
export const spoiltName = (path: Path): string => nameOf(["?", "name", ...path]);

/** More broken places are not searched for one whose name was spoilt. */
const mostPlaces = 200;

function isSpoiltName(definition: Path, broken: ReadonlySet<string>): boolean {
  if (broken.size > mostPlaces) return false;
  const name = String(definition.at(-1));
  const before = spoiltName(definition.slice(0, -1)).slice(0, -1);
  return [...broken].some((place) => {
    if (!place.startsWith(before)) return false;
    const path = JSON.parse(place) as Path;
    const key = String(path.at(-1));
    return path.length === definition.length + 2 && (key.startsWith(`${name} `) || distance(key, name) === 1);
  });
}

/** Returns the mark of a name, among the places that are broken, under which something stands in a wrong place, indented too little or too much. */
export const misplaced = (name: string): string => nameOf(["?", name]);
