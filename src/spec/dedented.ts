import type { Path, ShapeFinding } from "./problem/problem.ts";
import { keysAt } from "./schema/schema-keys.ts";
import { nameOf } from "./yaml/source-map.ts";

/**
 * Returns the findings with one for each mapping that is empty because what belongs to it is indented no deeper than it is, instead of
 * those of every key that stands in the wrong mapping so. What is silent is unusable and not told.
 */
export function withDedentedAsOne(findings: readonly ShapeFinding[], data: unknown): ShapeFinding[] {
  const emptyParents = findings.flatMap((finding) => {
    const strays = finding.code === "wrong-type" ? straysBelow(finding.path, data) : [];
    return strays.length > 0 ? [{ finding, strays }] : [];
  });
  if (emptyParents.length === 0) return [...findings];
  const strays = new Set(emptyParents.flatMap(({ strays }) => strays.map(nameOf)));
  const rest = findings.filter(({ path }) => !path.some((_, index) => strays.has(nameOf(path.slice(0, index + 1)))));
  return [
    ...rest.map((finding) => emptyParents.find((one) => one.finding === finding) ?? finding).map(findingAtParent),
    ...emptyParents.flatMap(({ strays }) => strays).map(silently),
  ];
}

/** The keys behind an empty one, up to the first that may stand where it does. */
function straysBelow(path: Path, data: unknown): Path[] {
  const above = path.slice(0, -1);
  const mapping = above.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], data);
  if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) return [];
  const key = String(path.at(-1));
  if ((mapping as Record<string, unknown>)[key] !== null) return [];
  const keys = Object.keys(mapping);
  const [here, below] = [keysAt(above), keysAt(path)];
  const isStray = (one: string) =>
    here.length > 0 ? !here.includes(one) && !one.startsWith("x-") : below.includes(one);
  const behind = keys.slice(keys.indexOf(key) + 1);
  const end = behind.findIndex((one) => !isStray(one));
  return (end < 0 ? behind : behind.slice(0, end)).map((one) => [...above, one]);
}

function findingAtParent(one: ShapeFinding | { finding: ShapeFinding; strays: Path[] }): ShapeFinding {
  if (!("strays" in one)) return one;
  const { finding, strays } = one;
  const names = strays.map((path) => String(path.at(-1)));
  const listed =
    names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(" and ");
  const message = `${finding.path.join(".")} is empty, and what follows it is indented no deeper.`;
  return { ...finding, message, fix: `Indent ${listed} below it.` };
}

const silently = (path: Path): ShapeFinding => ({
  code: "wrong-type",
  path,
  message: "",
  unusable: true,
  silent: true,
});
