import type { ResourceDifference } from "../model/difference.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { isProviderType } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import { boundReplacements, dependentReplacements } from "./cascade.ts";
import type { DependentReplacement } from "./cascade.ts";
import { forcesReplacement, withReplaceOnChanges } from "./decision.ts";
import { ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";

/** One replacement that was decided: the old state, the new one, and why. */
export interface Replacement {
  readonly old: ResourceState;
  readonly state: ResourceState;
  readonly difference?: ResourceDifference;
}

/** Returns the steps that create the new one while the old one is there, which goes at the end of the run. */
export function createFirstSteps({ old, state, difference }: Replacement): Step[] {
  const why = { keys: difference?.replaces, diffs: difference?.diffs, detailedDiff: difference?.detailed };
  return [
    { operation: "create-replacement", old, new: state, marksOld: "delete", ...why },
    { operation: "replace", old, new: state, ...why },
  ];
}

/**
 * Returns the steps that delete the old one at once, before it what cannot live without it, and then create the new one.
 *
 * @throws ReportedFailure when something on the way is protected.
 */
export async function deleteFirstSteps(run: Run, replacement: Replacement): Promise<Step[]> {
  const { decided } = run;
  const { old, state, difference } = replacement;
  const why = { keys: difference?.replaces, diffs: difference?.diffs, detailedDiff: difference?.detailed };
  const steps: Step[] = [];
  const dependents = (await replacedAlong(run, old)).filter((one) => !decided.cascaded.has(one.state)).toReversed();
  // Before anything is decided, since the run may go on without this replacement.
  for (const { state: dependent } of dependents) refuseProtectedDependent(run, dependent, old);
  for (const { state: dependent, keys } of dependents) {
    if (decided.cascaded.has(dependent)) continue;
    decided.cascadeKeys.set(dependent.urn, keys);
    steps.push(
      dependent.delete
        ? { operation: "delete", old: dependent }
        : { operation: "delete-replaced", old: dependent, marksOld: "pendingReplacement" },
    );
    // The old half of an earlier replacement goes for good; its successor stays.
    if (!dependent.delete) decided.deletes.add(dependent.urn);
    decided.cascaded.add(dependent);
  }
  if (!old.pendingReplacement) {
    decided.deletes.add(old.urn);
    steps.push({ operation: "delete-replaced", old, marksOld: "pendingReplacement" });
  }
  return [
    ...steps,
    { operation: "replace", old, new: state, ...why },
    { operation: "create-replacement", old, new: state, ...why },
  ];
}

/** Returns what a delete-first replacement of the resource takes along, in the order of the state. */
export async function replacedAlong(run: Run, root: ResourceState): Promise<DependentReplacement[]> {
  const { base, decided } = run;
  const dependents = await dependentReplacements(
    root,
    base,
    (urn) => decided.hasStep(urn),
    (state, inputs) => keysThatWouldReplace(run, state, inputs),
  );
  return [...dependents, ...boundReplacements(root.urn, base)];
}

/** Refuses to replace a resource that was and stays protected. A preview shows the rest all the same. */
export function refuseProtected(run: Run, old: ResourceState, state: ResourceState): void {
  const { dryRun, reporter } = run;
  if (!old.protect || !state.protect) return;
  reporter.error(
    `unable to replace resource "${state.urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\``,
    state.urn,
  );
  run.failAtEnd();
  if (!dryRun) throw new ReportedFailure();
}

function refuseProtectedDependent({ reporter }: Run, dependent: ResourceState, root: ResourceState): void {
  if (!dependent.protect || dependent.delete) return;
  reporter.error(
    `unable to replace resource "${dependent.urn}" as part of replacing "${root.urn}" as it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect ${dependent.urn}\``,
    root.urn,
  );
  throw new ReportedFailure();
}

async function keysThatWouldReplace(
  { providers }: Run,
  state: ResourceState,
  newInputs: Properties,
): Promise<readonly string[] | undefined> {
  const provider = isProviderType(state.type) ? providers : await providers.get(state.provider ?? "");
  const difference = await provider.diff(state, {
    oldInputs: state.inputs,
    oldOutputs: state.outputs,
    newInputs,
    ignoreChanges: state.ignoreChanges ?? [],
    unknowns: "keep",
  });
  const found = withReplaceOnChanges(difference, state.replaceOnChanges ?? [], false);
  return forcesReplacement(found) ? found.replaces : undefined;
}
