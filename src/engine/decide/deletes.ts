import { dependenciesOf, prerequisitesOf } from "../model/dependencies.ts";
import type { ResourceState } from "../model/resource-state.ts";

/**
 * Why a resource is deleted:
 *
 * - `replaced`: the old half of a create-first replacement
 * - `undeclared`: the program no longer registers it
 * - `alreadyDeleted`: undeclared, and deleted already by a replacement that was not finished
 */
export type DeleteReason = "replaced" | "undeclared" | "alreadyDeleted";

/** A delete, and why. */
export interface PlannedDelete {
  readonly state: ResourceState;
  readonly reason: DeleteReason;
}

/** Returns what is left to delete when every registration has been dealt with, in the order of the state. */
export function planDeletes(
  resources: readonly ResourceState[],
  kept: (urn: string) => boolean,
  alreadyDeleted: (state: ResourceState) => boolean,
): PlannedDelete[] {
  const plan: PlannedDelete[] = [];
  for (const state of resources) {
    if (state.delete) {
      if (!alreadyDeleted(state)) plan.push({ state, reason: "replaced" });
    } else if (!kept(state.urn)) {
      plan.push({ state, reason: state.pendingReplacement ? "alreadyDeleted" : "undeclared" });
    }
  }
  return plan;
}

/**
 * Sorts deletes into layers: everything in one may go at the same time, and a layer may begin when the one before is
 * gone. What others depend on goes last; a component that is depended on stands for its children.
 */
export function layersOf(toDelete: readonly ResourceState[], resources: readonly ResourceState[]): ResourceState[][] {
  const position = new Map(resources.map((state, index) => [state, index]));
  const byUrn = Map.groupBy(resources, (state) => state.urn);
  const childrenOf = Map.groupBy(resources, (state) => state.parent ?? "");
  const remaining = new Set(toDelete);
  const needs = new Map(toDelete.map((state) => [state, earlierPrerequisites(state)]));
  const layers: ResourceState[][] = [];
  while (remaining.size > 0) {
    const free = [...remaining].filter((state) => !needs.get(state)?.some((needed) => remaining.has(needed)));
    if (free.length === 0) throw new Error(`The state has a circle of dependencies around ${[...remaining][0]?.urn}.`);
    for (const state of free) remaining.delete(state);
    layers.unshift(free);
  }
  return layers;

  function earlierPrerequisites(state: ResourceState): ResourceState[] {
    const earlier = (other: ResourceState) => (position.get(other) ?? 0) < (position.get(state) ?? 0);
    const found: ResourceState[] = [];
    const dependencies = dependenciesOf(state);
    for (const urn of prerequisitesOf(state)) {
      for (const needed of byUrn.get(urn) ?? []) {
        if (!earlier(needed)) continue;
        found.push(needed);
        if (needed.custom || !dependencies.has(urn)) continue;
        for (const child of descendantsOf(urn)) if (earlier(child)) found.push(child);
      }
    }
    return found;
  }

  function descendantsOf(urn: string): ResourceState[] {
    return (childrenOf.get(urn) ?? []).flatMap((child) => [child, ...descendantsOf(child.urn)]);
  }
}
