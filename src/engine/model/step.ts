import type { DetailedDiff } from "./detailed-diff.ts";
import type { ResourceState } from "./resource-state.ts";

/** What one step does to one resource, in the words of Pulumi's events. */
export type StepOperation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "read"
  | "refresh"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read-replacement"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace";

/** How the state calls a resource while a step runs. */
export type PendingType = "creating" | "updating" | "deleting" | "reading";

/** What holds for every step of an operation. */
export interface Traits {
  /** Counts as one change of one resource; the others are parts of such a change. */
  readonly logical: boolean;
  /** How the state calls the resource while the step runs. */
  readonly pending?: PendingType;
  /** The step leaves no new state behind. */
  readonly removes?: true;
}

const traits: Record<StepOperation, Traits> = {
  same: { logical: true },
  create: { logical: true, pending: "creating" },
  update: { logical: true, pending: "updating" },
  delete: { logical: true, pending: "deleting", removes: true },
  discard: { logical: true, pending: "deleting", removes: true },
  read: { logical: true, pending: "reading" },
  replace: { logical: true },
  refresh: { logical: false },
  "create-replacement": { logical: false, pending: "creating" },
  "delete-replaced": { logical: false, pending: "deleting", removes: true },
  "discard-replaced": { logical: false, pending: "deleting", removes: true },
  "read-replacement": { logical: false, pending: "reading" },
  "remove-pending-replace": { logical: false, removes: true },
};

/** One step: an operation, and the states before and after it. Running it fills in the new state. */
export interface Step {
  readonly operation: StepOperation;
  readonly old?: ResourceState;
  /** Absent when the resource is gone afterwards. */
  new?: ResourceState;
  /** The properties that force a replacement. */
  readonly keys?: readonly string[];
  /** The changed properties, where they are known. */
  diffs?: readonly string[];
  /** How they changed, where the engine compared them itself. */
  detailedDiff?: DetailedDiff;
  /** Set on the old state once the step has succeeded. */
  readonly marksOld?: "delete" | "pendingReplacement";
  /** The registration is no target and has no old state: the program gets unknowns and the state nothing. */
  readonly omitted?: boolean;
  /** No target: its provider is not to be configured by this step. */
  readonly untargeted?: boolean;
  /** What a refresh found: the operation that would lead from the old state to the new one. */
  found?: "same" | "update" | "delete";
}

/** Returns what holds for every step of an operation. */
export function traitsOf(operation: StepOperation): Traits {
  return traits[operation];
}

/** Returns the state that the step is about. */
export function stateOfStep(step: Step): ResourceState {
  const subject = traitsOf(step.operation).removes ? step.old : (step.new ?? step.old);
  if (!subject) throw new Error(`A step ${step.operation} without a resource`);
  return subject;
}

/**
 * Returns the step that makes the new state of the resource that the program asked for: the last one, as what it needs goes
 * before it. A `replace` only marks that the steps around it belong together.
 */
export function answerOf(chain: readonly Step[]): Step {
  const answer = chain.findLast(({ operation }) => operation !== "replace");
  if (!answer) throw new Error("A request without a step");
  return answer;
}
