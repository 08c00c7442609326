import type { Plan } from "./plan.ts";

/** A plan as `preview -o json` printed it; `from` says in errors where it was read. */
export function readPlan(text: string, from: string): Plan {
  const plan = parsed(text, from);
  if (
    plan?.version !== 1 ||
    !Array.isArray(plan.changes) ||
    !Array.isArray(plan.guards) ||
    !Array.isArray(plan.diagnostics)
  ) {
    throw new Error(`${from} is not a plan. Write one with \`sluice preview -o json\`.`);
  }
  return plan as Plan;
}

function parsed(text: string, from: string): Plan | undefined {
  try {
    return JSON.parse(text) as Plan;
  } catch (error) {
    throw new Error(`${from} is not JSON${text.trim() ? "" : ": it is empty"}.`, { cause: error });
  }
}
