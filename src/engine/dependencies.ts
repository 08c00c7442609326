import type { ResourceState } from "./resource-state.ts";
import { providerUrnOf } from "./urn.ts";

/** Every URN that a resource refers to, its parent excepted. */
export function dependenciesOf(state: ResourceState): Set<string> {
  return new Set([
    ...(state.dependencies ?? []),
    ...Object.values(state.propertyDependencies ?? {}).flat(),
    ...(state.deletedWith ? [state.deletedWith] : []),
    ...(state.replaceWith ?? []),
    ...(state.provider ? [providerUrnOf(state.provider)] : []),
  ]);
}

/** Every URN that has to stand before the resource in the state. */
export function prerequisitesOf(state: ResourceState): Set<string> {
  const all = dependenciesOf(state);
  if (state.parent) all.add(state.parent);
  return all;
}

/**
 * What depends on `root`, directly or not, in the order of the state. The state is sorted, so one walk from the root on
 * finds all.
 */
export function dependentsOf(
  root: ResourceState,
  resources: readonly ResourceState[],
  options: { children: boolean; ignore?: (urn: string) => boolean },
): ResourceState[] {
  const needed = new Set([root.urn]);
  const dependents: ResourceState[] = [];
  for (const candidate of resources.slice(resources.indexOf(root) + 1)) {
    if (options.ignore?.(candidate.urn)) continue;
    const references = options.children ? prerequisitesOf(candidate) : dependenciesOf(candidate);
    if (![...references].some((urn) => needed.has(urn))) continue;
    needed.add(candidate.urn);
    dependents.push(candidate);
  }
  return dependents;
}
