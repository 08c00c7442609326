import { isDeepStrictEqual } from "node:util";
import { identifyingFacts, resourceKey, severities } from "../change/change.ts";
import type { Change, Facts, Operation, Severity } from "../change/change.ts";
import type { Plan } from "./plan.ts";

/** Tells whether a fresh plan does nothing but what was approved, or what an interrupted run has left of it. */
export function isRestOf(approved: Plan, fresh: Plan): boolean {
  return (
    approved.project === fresh.project &&
    approved.stack === fresh.stack &&
    unapprovedChanges(approved, fresh).length === 0
  );
}

/**
 * Returns the changes of a fresh plan that are neither approved nor the unfinished half of an approved one. What is approved and no
 * longer in the fresh plan is done.
 */
export function unapprovedChanges(approved: Pick<Plan, "changes">, fresh: Pick<Plan, "changes">): Change[] {
  const known = new Map(approved.changes.map((change) => [resourceKey(change), change]));
  return fresh.changes.filter((change) => {
    const whole = known.get(resourceKey(change));
    // What is left out is done by nobody.
    return change.operation !== "skip" && !(whole && isHalfOf(whole, change));
  });
}

/** What may be left of each operation: a replacement whose old half is gone is a creation, and one that has begun is an update. */
const unfinishedOperations: Record<Operation, readonly Operation[]> = {
  create: ["create", "update"],
  update: ["update"],
  replace: ["replace", "create", "update"],
  delete: ["delete"],
  forget: ["forget"],
  skip: [],
};

function isHalfOf(whole: Change, half: Change): boolean {
  if (!unfinishedOperations[whole.operation].includes(half.operation)) return false;
  if (whole.facts.wave !== half.facts.wave) return false;
  if (isWorse(half.severity, whole.severity)) return false;
  if (half.facts["adopts"] === true && whole.facts["adopts"] !== true) return false;
  const loses = half.facts.rows === "dropped" || half.facts.rows === "expire";
  if (loses && half.facts.rows !== whole.facts.rows) return false;
  if (!isSameObject(whole.facts, half.facts)) return false;
  const [approved, fresh] = [sidesOf(whole), sidesOf(half)];
  const paths = [...new Set([...approved.keys(), ...fresh.keys()])].filter((path) => !isUsed(path, whole, half));
  return paths.every((path) => {
    const { before, after, unknown } = approved.get(path) ?? {};
    const now = fresh.get(path) ?? {};
    // What only the deployment could tell was approved as whatever it would be.
    if (unknown) return true;
    if (now.unknown || !isDeepStrictEqual(now.after, after)) return false;
    if (half.operation === "create") return true;
    // What is to be taken away is still the whole old one; what was changed or has begun may be anything between the two.
    return (
      isDeepStrictEqual(now.before, before) || (half.operation === "update" && isDeepStrictEqual(now.before, after))
    );
  });
}

/** An object, or a table, that was made since then is another one than the one whose end was approved. What the stack had not recorded then was approved as whatever it is. */
const isSameObject = (whole: Facts, half: Facts): boolean =>
  identifyingFacts.every((fact) => whole[fact] === undefined || half[fact] === undefined || whole[fact] === half[fact]);

/** A creation that has begun is finished as a change: only what stops or destroys can be worse than what was approved. */
const isWorse = (half: Severity, whole: Severity): boolean =>
  half !== "changes" && severities.indexOf(half) < severities.indexOf(whole);

/** Returns the changes of a fresh plan that destroy or stop more than the same changes of the approved one. */
export function worsenedChanges(approved: Pick<Plan, "changes">, fresh: Pick<Plan, "changes">): Change[] {
  const known = new Map(approved.changes.map((change) => [resourceKey(change), change.severity]));
  return fresh.changes.filter((change) => isWorse(change.severity, known.get(resourceKey(change)) ?? "starts"));
}

/** Asking to take over what exists means nothing once it is created. */
const isUsed = (path: string, whole: Change, half: Change): boolean =>
  path === "adopt" && whole.operation !== "update" && half.operation !== "create";

interface Sides {
  before?: unknown;
  after?: unknown;
  unknown?: true;
}

/** Both sides of every input, by path. */
function sidesOf({ properties, unchanged = {} }: Change): Map<string, Sides> {
  return new Map<string, Sides>([
    ...Object.entries(unchanged).map(([path, value]) => [path, { before: value, after: value }] as const),
    ...properties.map((property) => [property.path, property] as const),
  ]);
}
