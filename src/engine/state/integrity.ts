/** What every reader of a checkpoint takes for granted; the Pulumi CLI refuses a state that breaks one of these rules. */
import type { ResourceState } from "../model/resource-state.ts";
import { isProviderType, providerReference } from "../model/urn.ts";

/** Returns the first violation, in words, or `undefined` for a sound list. */
export function integrityProblem(resources: readonly ResourceState[]): string | undefined {
  const seen = new Map<string, { states: number; deleted: number }>();
  const providers = new Set<string>();
  for (const [index, state] of resources.entries()) {
    const problem =
      formProblem(state, index) ?? providerProblem(state, providers) ?? orderProblem(state, seen, resources);
    if (problem) return problem;
    if (isProviderType(state.type)) providers.add(providerReference(state));
    const count = seen.get(state.urn) ?? { states: 0, deleted: 0 };
    seen.set(state.urn, { states: count.states + 1, deleted: count.deleted + (state.delete ? 1 : 0) });
  }
  for (const [urn, { states, deleted }] of seen)
    if (states > deleted + 1) return `duplicate resource ${urn} (not marked for deletion)`;
  return undefined;
}

function formProblem(state: ResourceState, index: number): string | undefined {
  if (!state.urn) return `resource at index ${index} missing required 'urn' field`;
  if (!state.type) return `resource '${state.urn}' missing required 'type' field`;
  if (!state.custom && state.id) return `resource '${state.urn}' has 'custom' false but non-empty ID`;
  if (state.custom && !state.id) return `resource '${state.urn}' has 'custom' true but no ID`;
  return undefined;
}

/** Checks the provider; a resource that a replacement has deleted may name one that is gone. */
function providerProblem(state: ResourceState, providers: ReadonlySet<string>): string | undefined {
  if (!state.provider || providers.has(state.provider) || state.pendingReplacement) return undefined;
  return `resource ${state.urn} refers to unknown provider ${state.provider}`;
}

function orderProblem(
  state: ResourceState,
  seen: ReadonlyMap<string, unknown>,
  resources: readonly ResourceState[],
): string | undefined {
  for (const [kind, urns] of referencesOf(state))
    for (const urn of urns) {
      if (!urn || seen.has(urn)) continue;
      const later = resources.some((other) => other.urn === urn);
      return later
        ? `resource ${state.urn}'s ${kind} ${urn} comes after it`
        : `resource ${state.urn} refers to missing ${kind} ${urn}`;
    }
  return undefined;
}

function referencesOf(state: ResourceState): [kind: string, urns: readonly string[]][] {
  return [
    ["parent", [state.parent ?? ""]],
    ["dependency", state.dependencies ?? []],
    ["property dependency", Object.values(state.propertyDependencies ?? {}).flat()],
    ["deletedWith", [state.deletedWith ?? ""]],
    ["replaceWith", state.replaceWith ?? []],
  ];
}
