import { dependentsOf } from "../model/dependencies.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { providerUrnOf } from "../model/urn.ts";
import { unknownText } from "../model/values.ts";
import type { Properties } from "../model/values.ts";

/** A resource that has to be replaced because another one is deleted first, and the properties that say so. */
export interface DependentReplacement {
  readonly state: ResourceState;
  readonly keys: readonly string[];
}

/**
 * Asks the provider which properties would force a replacement if the inputs were these; `undefined` when none would.
 */
export type ReplacementProbe = (state: ResourceState, inputs: Properties) => Promise<readonly string[] | undefined>;

/**
 * Returns what a delete-first replacement of `root` takes with it, in the order of the state.
 *
 * Once the root is gone, every input that was computed from it is unknown until the root exists again. A dependent joins
 * if its provider would replace it for an unknown value there; a mere `dependsOn` never suffices.
 */
export async function dependentReplacements(
  root: ResourceState,
  resources: readonly ResourceState[],
  alreadyDecided: (urn: string) => boolean,
  probe: ReplacementProbe,
): Promise<DependentReplacement[]> {
  const replaced = new Set([root.urn]);
  const found: DependentReplacement[] = [];
  for (const state of dependentsOf(root, resources, { children: false, ignore: alreadyDecided })) {
    const keys = await keysThatReplace(state, replaced, probe);
    if (!keys) continue;
    replaced.add(state.urn);
    found.push({ state, keys });
  }
  return found;
}

/** Returns what asked to be taken along: `replaceWith` or `deletedWith` names the root. */
export function boundReplacements(urn: string, resources: readonly ResourceState[]): DependentReplacement[] {
  return resources
    .filter((state) => !state.delete && (state.deletedWith === urn || state.replaceWith?.includes(urn)))
    .map((state) => ({ state, keys: [] }));
}

async function keysThatReplace(
  state: ResourceState,
  replaced: ReadonlySet<string>,
  probe: ReplacementProbe,
): Promise<readonly string[] | undefined> {
  if (!state.custom || state.external) return undefined;
  if (state.provider && replaced.has(providerUrnOf(state.provider))) return [];
  if (state.deletedWith && replaced.has(state.deletedWith)) return [];
  const inputs: Properties = { ...state.inputs };
  let touched = false;
  for (const key of Object.keys(inputs)) {
    if (!state.propertyDependencies?.[key]?.some((urn) => replaced.has(urn))) continue;
    inputs[key] = unknownText;
    touched = true;
  }
  if (!touched) return undefined;
  return probe(state, inputs);
}
