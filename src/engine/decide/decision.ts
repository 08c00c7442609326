import { asksForReplacement, markReplacing } from "../model/detailed-diff.ts";
import type { ResourceDifference } from "../model/difference.ts";
import { containsPath, parsePath, pathIn } from "../model/property-path.ts";
import type { ResourceState } from "../model/resource-state.ts";

/**
 * What is to be done about one registered resource:
 *
 * - `compare`: that depends on the provider's diff; decide again with it
 * - `same`, `update`, `create`: what Pulumi shows under these names
 * - `recreate`: a replacement of something else deleted it earlier in this run
 * - `takeOver`: a resource that was only read so far becomes the program's own
 * - `replaceDeleteFirst`, `replaceCreateFirst`: the two orders of a replacement
 * - `keep`, `omit`: no target of this run; it keeps its old state, or has none and gets none
 */
export type ResourceDecision =
  | "compare"
  | "same"
  | "update"
  | "create"
  | "recreate"
  | "takeOver"
  | "replaceDeleteFirst"
  | "replaceCreateFirst"
  | "keep"
  | "omit";

/** All that a decision is made from. */
export interface DecisionInput {
  readonly old?: Pick<ResourceState, "external" | "pendingReplacement" | "initErrors">;
  /** The resource was deleted earlier in this run, together with something it depends on. */
  readonly recreating: boolean;
  readonly targeted: boolean;
  readonly difference?: ResourceDifference;
  /** The resource option; it beats the provider's wish. */
  readonly deleteBeforeReplace?: boolean;
}

interface Row {
  readonly when: (situation: DecisionInput) => boolean;
  readonly decision: ResourceDecision;
}

/** The first row that fits decides. */
const table: readonly Row[] = [
  { when: (it) => it.recreating, decision: "recreate" },
  { when: (it) => it.old?.external === true, decision: "takeOver" },
  { when: (it) => it.old === undefined && it.targeted, decision: "create" },
  { when: (it) => it.old === undefined, decision: "omit" },
  { when: (it) => !it.targeted, decision: "keep" },
  { when: (it) => it.difference === undefined, decision: "compare" },
  { when: (it) => mustReplace(it) && deletesFirst(it), decision: "replaceDeleteFirst" },
  { when: (it) => mustReplace(it), decision: "replaceCreateFirst" },
  { when: (it) => it.difference?.changed === true, decision: "update" },
  { when: (it) => (it.old?.initErrors ?? []).length > 0, decision: "update" },
  { when: () => true, decision: "same" },
];

/** Returns what is to be done about the resource. */
export function decideOn(situation: DecisionInput): ResourceDecision {
  return table.find((row) => row.when(situation))?.decision ?? "same";
}

/** Returns the difference that makes a replacement which no property of the resource asks for. */
export function differenceForced(reason: "id" | "replaceWith" | "deletedWith" | "provider"): ResourceDifference {
  return { changed: true, replaces: [reason], diffs: [], deleteBeforeReplace: false };
}

/**
 * Applies the option `replaceOnChanges`: a change at or below one of these paths forces a replacement. Only changes that
 * are known by name count, so it has no effect on a provider that answers diffs itself and does not name them.
 */
export function withReplaceOnChanges(
  difference: ResourceDifference,
  paths: readonly string[],
  hasInitErrors: boolean,
): ResourceDifference {
  if (!difference.changed && !hasInitErrors) return difference;
  const replacing = paths.map(parsePath);
  const replacesFor = (key: string) => replacing.some((path) => containsPath(path, pathIn(key) ?? []));
  const failedInit = hasInitErrors && replacesFor(initError);
  if (!difference.changed && !failedInit) return difference;
  const replaces = new Set([...difference.replaces, ...difference.diffs.filter(replacesFor)]);
  if (failedInit) replaces.add(initError);
  const detailed = difference.detailed && markReplacing(difference.detailed, replacesFor);
  return { ...difference, changed: true, replaces: [...replaces], detailed };
}

/** Returns whether what differs cannot be changed in place. */
export function forcesReplacement({ replaces, detailed = {} }: ResourceDifference): boolean {
  return replaces.length > 0 || asksForReplacement(detailed);
}

/** Stands for "the last operation ended half done" where a property is named. */
const initError = "#initerror";

function mustReplace({ old, difference }: DecisionInput): boolean {
  const wanted = difference?.changed === true && forcesReplacement(difference);
  return wanted || old?.pendingReplacement === true;
}

function deletesFirst({ difference, deleteBeforeReplace }: DecisionInput): boolean {
  return deleteBeforeReplace ?? difference?.deleteBeforeReplace ?? false;
}
