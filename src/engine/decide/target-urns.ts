import { dependentsOf } from "../model/dependencies.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { isProviderType, isStack, typeInUrn } from "../model/urn.ts";
import type { DependentReplacement } from "./cascade.ts";

/** Tells the resources that a run is limited to: URNs, in which `*` stands for a part of a name and `**` for anything. */
export class TargetUrns {
  readonly literals: readonly string[];
  readonly #patterns: readonly RegExp[];
  readonly limited: boolean;

  constructor(given: readonly string[]) {
    this.literals = given.filter((target) => !target.includes("*"));
    this.#patterns = given.filter((target) => target.includes("*")).map(patternOf);
    this.limited = given.length > 0;
  }

  /** Returns whether the resource is a target. */
  contains(urn: string): boolean {
    return !this.limited || this.literals.includes(urn) || this.#patterns.some((pattern) => pattern.test(urn));
  }

  /** Returns whether the resource takes part in the run, as providers and the stack always do. */
  includes(urn: string): boolean {
    return isProviderType(typeInUrn(urn)) || isStack(urn) || this.contains(urn);
  }
}

/**
 * Returns what deleting the targets takes with it: their children, their dependents, and all that a replacement would
 * take.
 */
export async function deletableUrns(
  targets: TargetUrns,
  resources: readonly ResourceState[],
  replacedWith: (state: ResourceState) => Promise<readonly DependentReplacement[]>,
): Promise<Set<string>> {
  const reached = new Set<string>();
  for (const state of resources) {
    if (!targets.contains(state.urn)) continue;
    reached.add(state.urn);
    for (const dependent of dependentsOf(state, resources, { children: true })) reached.add(dependent.urn);
  }
  const deletable = new Set(reached);
  for (const state of resources) {
    if (!reached.has(state.urn)) continue;
    for (const dependent of await replacedWith(state)) deletable.add(dependent.state.urn);
  }
  return deletable;
}

function patternOf(target: string): RegExp {
  const source = target
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^:]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`);
}
