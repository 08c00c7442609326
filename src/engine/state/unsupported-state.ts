/** What a state may hold and the embedded engine cannot honour; refused before the first step, by name. */
import { unsupportedError } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { isProviderType, packageOf } from "../model/urn.ts";
import {
  archiveSignature,
  assetSignature,
  resourceSignature,
  secretSignature,
  markOf,
  containsValue,
} from "../model/values.ts";

/**
 * Refuses a state that needs the Pulumi CLI.
 *
 * @throws EngineError for the first such resource.
 */
export function refuseUnsupported(resources: readonly ResourceState[]): void {
  for (const state of resources) {
    const what = unsupportedIn(state);
    if (what) throw unsupportedError(`${what} of the resource ${state.urn} in the state`);
  }
}

function unsupportedIn(state: ResourceState): string | undefined {
  if (isProviderType(state.type) && packageOf(state.type) !== "pulumi-nodejs")
    return `The provider package "${packageOf(state.type)}"`;
  if (state.viewOf) return "The view";
  if (Object.values(state.resourceHooks ?? {}).some((hooks) => hooks.length > 0)) return "A resource hook";
  if (state.extensionRef) return "The extension parameterization";
  if (state.snippetID) return "The snippet";
  if (state.refreshBeforeUpdate) return "The wish to be refreshed before an update";
  let found: unknown;
  const holdsSpecial = containsValue([state.inputs, state.outputs], (value) => {
    found = markOf(value);
    return found !== undefined && found !== secretSignature && found !== resourceSignature;
  });
  return holdsSpecial ? (unsupportedValues.get(found) ?? `A value with the signature ${String(found)}`) : undefined;
}

const unsupportedValues = new Map<unknown, string>([
  [assetSignature, "An asset"],
  [archiveSignature, "An archive"],
]);
