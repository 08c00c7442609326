import { resourceKey } from "../change/change.ts";
import { withConsequence } from "../consequence/consequence.ts";
import { digestOf } from "./digest.ts";
import type { Plan } from "./plan.ts";
import { planSchema } from "./plan-schema.ts";

/**
 * Reads a plan as `preview -o json` printed it; `from` says in errors where it was read. Sentences and severities are made of the facts anew,
 * so that no file can have others.
 * @throws when it is no plan, or its content is not the one that its digest binds
 */
export function readPlan(text: string, from: string): Plan {
  const document = parsed(text, from);
  const { version } = (document ?? {}) as { version?: unknown };
  if (version === 1) throw new Error(`${from} is a plan of version 1, of an older sluice. ${cure}`);
  const { success, error } = planSchema.safeParse(document);
  if (!success) {
    const [issue] = error.issues;
    throw new Error(`${from} is not a plan: ${issue?.path.join(".") || "all of it"}: ${issue?.message}. ${cure}`);
  }
  // What was read and not what the schema makes of it: that leaves keys out (`__proto__`), which the digest binds.
  const plan = document as Plan;
  const digest = digestOf(plan);
  if (digest !== plan.digest) {
    throw new Error(`${from} was altered: its content has the digest ${digest}, and it says ${plan.digest}. ${cure}`);
  }
  const contradiction = contradictionIn(plan);
  if (contradiction) throw new Error(`${from} was altered: ${contradiction}. ${cure}`);
  return { ...plan, changes: plan.changes.map(withConsequence) };
}

const cure = "Write one with `sluice preview -o json`.";

/** What the digest leaves out, because it follows from the rest, must follow from it. */
function contradictionIn({ counts, changes, steps, guards, result }: Plan): string | undefined {
  for (const operation of ["create", "update", "replace", "delete", "forget", "skip"] as const) {
    const found = changes.filter((change) => change.operation === operation).length;
    if (found !== (counts[operation] ?? 0))
      return `it counts ${counts[operation] ?? 0} of ${operation}, and has ${found}`;
  }
  const changed = new Set(changes.map(resourceKey));
  const stepWithoutChange = steps.find((step) => !changed.has(resourceKey(step)));
  if (stepWithoutChange) return `its step on ${stepWithoutChange.type} ${stepWithoutChange.name} belongs to no change`;
  const blocked = guards.some(({ status }) => status === "blocked");
  return blocked === (result === "blocked") ? undefined : `it is ${result}, and its guards say otherwise`;
}

function parsed(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${from} is not JSON${text.trim() ? "" : ": it is empty"}.`, { cause: error });
  }
}
