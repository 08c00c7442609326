import { createHash } from "node:crypto";
import type { Plan } from "./plan.ts";

/**
 * Binds everything that a reviewer relied on: version, project and stack; of every change what it is, all inputs before and after, also
 * those that are equal on both sides, protection, and the facts about the data; and the limits in force. It depends neither on places
 * in the spec, wording, what AWS was asked and what that makes of the severity, estimates or messages, nor on the order of anything.
 */
export function digestOf(plan: Pick<Plan, "version" | "project" | "stack" | "changes" | "guards">): string {
  const { version, project, stack } = plan;
  const changes = plan.changes.map(
    ({
      source: _source,
      formerSource: _formerSource,
      consequence: _consequence,
      severity: _severity,
      found: _found,
      properties,
      ...bound
    }) => canonical({ unchanged: {}, ...bound, properties: properties.map(canonical).toSorted() }),
  );
  const rules = plan.guards.flatMap(({ name, rule }) => (rule ? canonical([name, rule]) : []));
  const facts = canonical({ version, project, stack, changes: changes.toSorted(), rules: rules.toSorted() });
  return `sha256:${createHash("sha256").update(facts).digest("hex")}`;
}

/** JSON with the keys of every object in order. What is undefined is not there, as in a file. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
