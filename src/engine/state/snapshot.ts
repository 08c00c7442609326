/** From the states of a run to the list that is written: names brought up to date, checked, and put into text. */
import { prerequisitesOf } from "../model/dependencies.ts";
import { EngineError } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { isStack, nameInUrn, providerUrnOf, qualifiedTypeInUrn, typeInUrn } from "../model/urn.ts";
import { checkpointText, featuresOf } from "./checkpoint.ts";
import { integrityProblem } from "./integrity.ts";
import type { Recorded } from "./journal-replay.ts";
import type { ResourceTexts } from "./resource-texts.ts";

/**
 * Returns the checkpoint's text.
 *
 * @throws EngineError for a list that readers would refuse.
 */
export function snapshotText(recorded: Recorded, texts: ResourceTexts, stack: string, salt: string): string {
  const resources = withoutAliases(recorded.resources);
  assertIntegrity(resources, `The engine was about to write a state of ${stack} that nobody could read again`);
  return checkpointText({
    stack,
    salt,
    resources: resources.map((state) => texts.of(state)),
    pending: recorded.pending.map(({ resource, type }) => ({ resource: texts.of(resource), type })),
    features: featuresOf(resources),
    time: new Date(),
  });
}

/** Throws an EngineError for a list that readers would refuse; `subject` says whose it is. */
export function assertIntegrity(resources: readonly ResourceState[], subject: string): void {
  const problem = integrityProblem(resources);
  if (problem)
    throw new EngineError(`${subject}: ${problem}`, {
      advice: "`pulumi state repair` can often mend a state; the copies in the history folder are older states.",
    });
}

/**
 * Returns the loaded list after a refresh: each state replaced by what was found, the vanished ones left out
 * (`undefined`), and what referred to them mended. As in Pulumi, the children of a vanished parent are left without one.
 */
export function withFoundStates(
  resources: readonly ResourceState[],
  found: ReadonlyMap<ResourceState, ResourceState | undefined>,
): ResourceState[] {
  const kept = new Set<string>();
  const list: ResourceState[] = [];
  for (const old of resources) {
    const state = found.has(old) ? found.get(old) : old;
    if (!state) continue;
    list.push([...prerequisitesOf(state)].every((urn) => kept.has(urn)) ? state : without(state, kept));
    kept.add(state.urn);
  }
  return list;
}

function without(state: ResourceState, kept: ReadonlySet<string>): ResourceState {
  const copy = withReferences(state, (urn) => (kept.has(urn) ? [urn] : []));
  if (copy.parent && !kept.has(copy.parent)) delete copy.parent;
  return copy;
}

/**
 * Returns the list with present names alone. A resource that was found by an alias leaves its old URN in `aliases`. Until
 * everything that refers to it has been registered again, what is written must refer to the new URN; a child's URN follows
 * its parent's type.
 */
export function withoutAliases(resources: readonly ResourceState[]): ResourceState[] {
  const renamed = new Map<string, string>();
  for (const state of resources) {
    for (const alias of state.aliases ?? []) {
      const other = renamed.get(alias);
      if (other !== undefined && other !== state.urn)
        throw new EngineError(`two resources ('${other}' and '${state.urn}') have the same alias: '${alias}'`);
      renamed.set(alias, state.urn);
    }
    const parent = renamed.get(state.parent ?? "");
    if (parent && !isStack(parent)) {
      const [stack, project] = state.urn.split("::");
      const type = `${qualifiedTypeInUrn(parent)}$${typeInUrn(state.urn)}`;
      renamed.set(state.urn, [stack, project, type, nameInUrn(state.urn)].join("::"));
    }
  }
  if (renamed.size === 0) return [...resources];
  const current = (urn: string): string => renamed.get(urn) ?? urn;
  return resources.map((state) => {
    const copy = withReferences(state, (urn) => [current(urn)]);
    copy.urn = current(copy.urn);
    if (copy.parent) copy.parent = current(copy.parent);
    if (copy.provider) {
      const provider = providerUrnOf(copy.provider);
      copy.provider = current(provider) + copy.provider.slice(provider.length);
    }
    delete copy.aliases;
    return copy;
  });
}

/** Returns a copy whose references to other resources, but for parent and provider, are replaced. */
function withReferences(state: ResourceState, replace: (urn: string) => string[]): ResourceState {
  const copy = { ...state };
  if (copy.dependencies) copy.dependencies = copy.dependencies.flatMap(replace);
  if (copy.propertyDependencies)
    copy.propertyDependencies = Object.fromEntries(
      Object.entries(copy.propertyDependencies).map(([key, urns]) => [key, urns.flatMap(replace)]),
    );
  if (copy.replaceWith) copy.replaceWith = copy.replaceWith.flatMap(replace);
  if (copy.deletedWith) copy.deletedWith = replace(copy.deletedWith)[0];
  return copy;
}
