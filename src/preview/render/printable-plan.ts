import { visible, visibleLine } from "../../spec/index.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * Returns the plan as every form of it may print it: no text of the spec or of AWS reads other than it is, writes over the screen, starts
 * a line of its own or is taken for a command by a CI log. Values stay as they are: `sidesOf` quotes them.
 */
export function printablePlan(plan: Plan): Plan {
  return printableValue(plan, "") as Plan;
}

/** Values of the spec, bound by the digest and printed by `sidesOf` alone; and the facts, printed by no form. */
const untouched = new Set(["before", "after", "applied", "unchanged", "facts"]);

/** What may have several lines; everything else has one. */
const texts = new Set(["message", "cure"]);

function printableValue(value: unknown, key: string): unknown {
  if (untouched.has(key)) return value;
  if (typeof value === "string") return texts.has(key) ? visible(value) : visibleLine(value);
  if (Array.isArray(value)) return value.map((item) => printableValue(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, printableValue(inner, name)]));
}
