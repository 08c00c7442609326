import type { Change } from "./change/change.ts";
import type { Plan } from "./plan/plan.ts";
import { kindName, sidesOf } from "./render/words.ts";

/** Returns line by line what a fresh plan does that the approved one does not, and the other way round. */
export function planDifferences(approved: Pick<Plan, "changes">, fresh: Pick<Plan, "changes">): string[] {
  const before = new Set(approved.changes.flatMap(factsOf));
  const after = new Set(fresh.changes.flatMap(factsOf));
  return [
    ...[...before].filter((fact) => !after.has(fact)).map((fact) => `- ${fact}`),
    ...[...after].filter((fact) => !before.has(fact)).map((fact) => `+ ${fact}`),
  ];
}

function factsOf({ operation, type, name, properties, unchanged = {}, facts }: Change): string[] {
  const what = `${operation} ${kindName(type)} ${name}`;
  const sides = properties.map((property) => {
    const [from, to] = sidesOf(property, "(not set)");
    return `${what}  ${property.path}: ${from} → ${to}`;
  });
  const equal = Object.entries(unchanged).map(
    ([path, value]) => `${what}  ${path}: ${JSON.stringify(value)}, as it is`,
  );
  // What follows from the settings is told by them.
  const factLines = factWords.flatMap(([fact, words]) => {
    const value = facts[fact];
    return value === undefined ? [] : [`${what}  ${words}: ${String(value)}`];
  });
  return [...factLines, ...sides, ...equal];
}

/** The facts that no setting tells. The first of an object are those by which it is told from one that is made later in its place. */
const factWords: readonly [fact: string, words: string][] = [
  ["rows", "rows"],
  ["createdAt", "made by AWS at"],
  ["tableArn", "table"],
  ["adopts", "takes over what exists"],
  ["allowed", "the loss is allowed, since"],
  ["wave", "in the wave"],
  ["drift", "by hand"],
  ["code", "left out for"],
];
