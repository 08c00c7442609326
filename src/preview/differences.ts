import { identifyingFacts } from "./change/change.ts";
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
  const objects = identifyingFacts.flatMap((fact) => {
    const value = facts[fact];
    return value === undefined ? [] : [`${what}  ${objectWords[fact]}: ${value}`];
  });
  return [`${what}  rows: ${facts.rows}`, ...objects, ...sides, ...equal];
}

/** Say by what an object is told from one that is made later in its place. */
const objectWords: Record<(typeof identifyingFacts)[number], string> = {
  createdAt: "made by AWS at",
  tableArn: "table",
};
