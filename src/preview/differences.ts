import type { Change } from "./change.ts";
import type { Plan } from "./plan.ts";
import { kindOf, valueOf } from "./render/words.ts";

/** Line by line what a fresh plan does that the approved one does not, and the other way round. */
export function differencesOf(approved: Pick<Plan, "changes">, fresh: Pick<Plan, "changes">): string[] {
  const before = new Set(approved.changes.flatMap(factsOf));
  const after = new Set(fresh.changes.flatMap(factsOf));
  return [
    ...[...before].filter((fact) => !after.has(fact)).map((fact) => `- ${fact}`),
    ...[...after].filter((fact) => !before.has(fact)).map((fact) => `+ ${fact}`),
  ];
}

function factsOf({ operation, type, name, properties }: Change): string[] {
  const what = `${operation} ${kindOf(type)} ${name}`;
  if (properties.length === 0) return [what];
  return properties.map(({ path, before, after }) => {
    const from = before === undefined ? "(not set)" : valueOf(before);
    const to = after === undefined ? "(not set)" : valueOf(after);
    return `${what}  ${path}: ${from} → ${to}`;
  });
}
