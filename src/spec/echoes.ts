import type { Path, SpecFinding } from "./problem/problem.ts";
import { nameOf } from "./yaml/source-map.ts";

/**
 * Returns whether a finding only follows from one that is told already: of its own place, of the mapping that should hold it, or of the
 * definition that it looks for. `broken` has the paths of those, as `nameOf` writes them.
 */
export function isEcho({ code, path, sought = [] }: SpecFinding, broken: ReadonlySet<string>): boolean {
  if (broken.has(nameOf(path))) return true;
  // What a mapping lacks may stand in what it was to take over.
  if (code === "missing-key" && broken.has(nameOf([...path.slice(0, -1), "<<"]))) return true;
  return isBrokenDefinition(sought, broken);
}

/** Returns whether a definition that was looked for in vain is there, but broken. */
export function isBrokenDefinition(sought: Path, broken: ReadonlySet<string>): boolean {
  // A definition that is indented too little is a key of the document.
  if (sought.length > 1 && broken.has(nameOf([sought[1]!]))) return true;
  return sought.some((_, index) => broken.has(nameOf(sought.slice(0, index + 1))));
}
