import type { ResourceState } from "./resource-state.ts";
import { providerUrnOf } from "./urn.ts";

/** Returns every URN that has to stand before the resource in the state, in the order in which Pulumi looks at them. */
export function prerequisitesOf(state: ResourceState): Set<string> {
  return new Set([...providerOf(state), ...(state.parent ? [state.parent] : []), ...namedBy(state)]);
}

/** Returns every URN that a resource refers to, its parent excepted. */
export function dependenciesOf(state: ResourceState): Set<string> {
  return new Set([...providerOf(state), ...namedBy(state)]);
}

/**
 * Returns what depends on `root`, directly or not, in the order of the state. The state is sorted, so one walk from the
 * root on finds all.
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

function providerOf({ provider }: ResourceState): string[] {
  return provider ? [providerUrnOf(provider)] : [];
}

function namedBy(state: ResourceState): string[] {
  return [
    ...(state.dependencies ?? []),
    ...Object.values(state.propertyDependencies ?? {}).flat(),
    ...(state.deletedWith ? [state.deletedWith] : []),
    ...(state.replaceWith ?? []),
  ];
}
