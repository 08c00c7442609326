import type { Run } from "../decide/run.ts";
import { invertDifferences } from "../model/detailed-diff.ts";
import type { ResourceDifference } from "../model/difference.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { StepOperation, Step } from "../model/step.ts";
import { markSecrets, sameValue } from "../model/struct.ts";
import { isProviderType } from "../model/urn.ts";
import { isSecret, secret, unknownText } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import { ProviderError } from "../processes/provider-error.ts";
import type { Provider } from "../processes/provider.ts";

/** Says that a protected resource was to be deleted: the run fails, but goes on, so that all of them are reported. */
export class ProtectedError extends Error {}

/**
 * Does what the step says and fills in its states. After a partial failure they say what exists, and the error is thrown
 * all the same.
 */
export async function apply(run: Run, step: Step): Promise<void> {
  try {
    await appliers[step.operation](run, step);
  } finally {
    if (step.new && step.operation !== "replace") hideSecretOutputs(run, step.new);
  }
}

const appliers: Record<StepOperation, (run: Run, step: Step) => Promise<void>> = {
  same,
  create,
  "create-replacement": create,
  update,
  delete: remove,
  "delete-replaced": remove,
  discard: remove,
  "discard-replaced": remove,
  read,
  "read-replacement": read,
  refresh,
  // Markers: the steps around them do the work.
  replace: async () => undefined,
  "remove-pending-replace": async () => undefined,
};

/** Keeps id and outputs as they were; what the program says otherwise is taken over. */
async function same({ providers }: Run, step: Step): Promise<void> {
  const { old, state } = statesOf(step);
  state.id = old.id;
  state.outputs = old.outputs;
  if (isProviderType(state.type) && !step.untargeted && !step.omitted) await providers.resume(state, old.inputs);
}

async function create(run: Run, step: Step): Promise<void> {
  const state = newOf(step);
  let failure: ProviderError | undefined;
  if (state.custom) {
    const provider = await providerOf(run, state);
    const made = await orPartialResult(state, provider.create(state));
    state.id = made.id;
    state.outputs = made.outputs;
    failure = made.failure;
  }
  state.created = state.modified = new Date().toISOString();
  if (step.marksOld === "delete" && step.old) step.old.delete = true;
  if (failure) throw failure;
}

async function update(run: Run, step: Step): Promise<void> {
  const { old, state } = statesOf(step);
  state.id = old.id;
  state.created = old.created;
  state.modified = old.modified;
  if (!state.custom) return;
  const provider = await providerOf(run, state);
  const { outputs, failure } = await orPartialResult(state, provider.update(old, state));
  state.outputs = outputs;
  state.modified = new Date().toISOString();
  if (failure) throw failure;
}

async function remove(run: Run, step: Step): Promise<void> {
  const { decided, dryRun } = run;
  const { old } = step;
  if (!old) return;
  if (step.operation === "delete" && old.protect) throw new ProtectedError(protectedMessage(old.urn));
  const goesWithAnother = old.deletedWith !== undefined && decided.deletes.has(old.deletedWith);
  if (!dryRun && old.custom && !old.external && !old.retainOnDelete && !goesWithAnother) {
    await (await providerOf(run, old)).delete(old);
  }
  // Only now: a delete that failed has to be tried again.
  if (step.marksOld === "pendingReplacement") old.pendingReplacement = true;
}

async function read(run: Run, step: Step): Promise<void> {
  const state = newOf(step);
  const { old } = step;
  if (state.id !== unknownText) {
    const found = await (await providerOf(run, state)).read(state, state.inputs);
    // As in Pulumi, an object that is gone is no error here: a refresh is what looks for that.
    state.id = found.id || state.id;
    state.outputs = found.outputs;
  }
  if (step.marksOld === "delete" && old) old.delete = true;
  const changed = old && !(sameValue(old.inputs, state.inputs) && sameValue(old.outputs, state.outputs));
  state.created = old?.created;
  state.modified = changed ? new Date().toISOString() : old?.modified;
}

/** Reads what is recorded back. Components, providers and what is pending replacement have nothing to read. */
async function refresh(run: Run, step: Step): Promise<void> {
  const { old } = step;
  step.found = "same";
  if (!old?.custom || isProviderType(old.type) || old.pendingReplacement) return;
  const provider = await providerOf(run, old);
  const found = await provider.read(old, old.outputs);
  if (found.id === "") {
    step.new = undefined;
    step.found = "delete";
    return;
  }
  const inputs = found.inputs ?? old.inputs;
  const changed = !sameValue(old.inputs, inputs) || !sameValue(old.outputs, found.outputs);
  const state = { ...old, id: found.id, inputs, outputs: found.outputs, initErrors: undefined };
  if (changed) state.modified = new Date().toISOString();
  step.new = state;
  if (old.external) step.found = sameValue(old.outputs, found.outputs) ? "same" : "update";
  else {
    const difference = await differenceTowardsOld(provider, old, state);
    step.found = difference.changed ? "update" : "same";
    step.diffs = difference.diffs;
    step.detailedDiff = difference.detailed && invertDifferences(difference.detailed);
  }
}

/** Returns what the very program that made the old state would change in what was found. */
function differenceTowardsOld(
  provider: Provider,
  old: ResourceState,
  found: ResourceState,
): Promise<ResourceDifference> {
  const { inputs: oldInputs, outputs: oldOutputs } = found;
  const ignoreChanges = old.ignoreChanges ?? [];
  return provider.diff(found, { oldInputs, oldOutputs, newInputs: old.inputs, ignoreChanges });
}

async function orPartialResult<Answer extends { outputs: Properties }>(
  state: ResourceState,
  call: Promise<Answer>,
): Promise<{ id?: string; outputs: Properties; failure?: ProviderError }> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ProviderError) || !error.partial) throw error;
    state.initErrors = [...error.partial.reasons];
    return { id: error.partial.id, outputs: markSecrets(error.partial.outputs, state.inputs), failure: error };
  }
}

async function providerOf({ providers }: Run, state: ResourceState): Promise<Provider> {
  return isProviderType(state.type) ? providers : providers.get(state.provider ?? "");
}

function hideSecretOutputs({ reporter }: Run, state: ResourceState): void {
  const outputs = { ...state.outputs };
  for (const key of state.additionalSecretOutputs ?? []) {
    if (key === "id") reporter.warning("The 'id' property cannot be made secret.", state.urn);
    else if (key in outputs) outputs[key] = secret(outputs[key]);
  }
  for (const key of Object.keys(outputs)) if (isSecret(state.inputs[key])) outputs[key] = secret(outputs[key]);
  state.outputs = outputs;
}

function protectedMessage(urn: string): string {
  return `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect ${urn}\``;
}

function newOf(step: Step): ResourceState {
  if (!step.new) throw new Error(`A step ${step.operation} without a new state`);
  return step.new;
}

function statesOf(step: Step): { old: ResourceState; state: ResourceState } {
  if (!step.old) throw new Error(`A step ${step.operation} without an old state`);
  return { old: step.old, state: newOf(step) };
}
