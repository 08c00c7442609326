import { compareText, operationsWorstFirst } from "../change/change.ts";
import type { Operation } from "../change/change.ts";
import { hasNoAwsObject, partsOfUrn } from "../change/engine-event.ts";
import type { EngineEvent, StepMetadata } from "../change/engine-event.ts";
import type { Step } from "./plan.ts";

type Changing = Exclude<Operation, "skip">;

/** Steps that do something, with the operation they are part of. */
export const changingSteps: ReadonlyMap<string, Changing> = new Map<string, Changing>([
  ["delete-replaced", "replace"],
  ["replace", "replace"],
  ["create-replacement", "replace"],
  ["delete", "delete"],
  ["update", "update"],
  ["create", "create"],
]);

/** Returns the steps on things that AWS holds, as the engine told them; reading back is none. */
export function stepsIn(events: readonly EngineEvent[]): StepMetadata[] {
  return events
    .flatMap((event) => event.resourcePreEvent?.metadata ?? [])
    .filter((step) => step.op !== "refresh" && !hasNoAwsObject(step));
}

/** Returns what all of one resource's steps amount to. */
export function operationOf(steps: readonly StepMetadata[]): Changing | "same" | undefined {
  const operation = actionOf(steps);
  // The engine takes it for a delete, and calls nobody.
  return operation === "delete" && steps.every(({ old }) => old?.retainOnDelete) ? "forget" : operation;
}

function actionOf(steps: readonly StepMetadata[]): Changing | "same" | undefined {
  const all = steps.map(({ op }) => changingSteps.get(op));
  // A resource that leaves the program in the middle of a cascade is deleted for a replacement that never comes.
  if (steps.every(({ op }) => op === "delete-replaced")) return "delete";
  return (
    all.filter((operation) => operation !== undefined).toSorted(worstFirst)[0] ??
    (steps.some(({ op }) => op === "same") ? "same" : undefined)
  );
}

const worstFirst = (a: Changing, b: Changing): number =>
  operationsWorstFirst.indexOf(a) - operationsWorstFirst.indexOf(b);

/**
 * Returns the steps in the one order that both engines' orders come to: what depends on each other (an export and its table have one
 * name) as the engine takes it; names, which are side by side, by name; and deletions of what is no longer declared last.
 */
export function orderedSteps(steps: readonly StepMetadata[]): Step[] {
  const all = steps
    .filter(({ op }) => changingSteps.has(op))
    .map(({ op, urn }): Step => ({ operation: op, ...partsOfUrn(urn) }));
  const isLast = ({ operation }: Step) => (operation === "delete" ? 1 : 0);
  return all.toSorted((a, b) => isLast(a) - isLast(b) || compareText(a.name, b.name));
}
