import { TargetUrns } from "./decide/target-urns.ts";
import { deleteUndeclared } from "./delete-undeclared.ts";
import { hideSecrets } from "./events/hidden-texts.ts";
import { Reporter } from "./events/reporter.ts";
import { followProgram } from "./follow-program.ts";
import { EngineError, messageWithAdvice } from "./model/engine-error.ts";
import type { ResourceState } from "./model/resource-state.ts";
import type { Verb } from "./model/verb.ts";
import { withRun } from "./open-run.ts";
import type { RunInput } from "./open-run.ts";
import type { RunOutcome, RunOptions } from "./options.ts";
import { interruptedCreates, configForEvents } from "./processes/environments.ts";
import type { InterruptedCreate } from "./processes/environments.ts";
import { refreshState } from "./refresh-state.ts";
import { leavesStateAsItIs } from "./state-left.ts";
import type { Ledger } from "./state/ledger.ts";
import { openBackend, stacksIn } from "./state/backend.ts";
import { diskFiles } from "./state/files.ts";
import { openStack } from "./state/stack.ts";
import type { Stack } from "./state/stack.ts";
import type { Recovery } from "./state/state-store.ts";

/**
 * Runs one verb on a project.
 *
 * @throws EngineError when it cannot begin: the project or its state is not one that this engine works with, or somebody
 *   else is working with it. Nothing has been changed then.
 */
export async function run(verb: Verb, options: RunOptions): Promise<RunOutcome> {
  const started = new Date();
  const dryRun = verb === "preview" || options.dryRun === true;
  const stack = await openStack({ ...options, readOnly: dryRun });
  if (verb === "refresh") await refuseAbsentTargets(stack, options);
  const hide = hideSecrets(Object.values(stack.config).flatMap(({ hidden = [] }) => hidden));
  const reporter = new Reporter(options.events ?? (() => undefined), dryRun ? "preview" : verb, hide);
  const state = dryRun ? await stack.read() : await stack.update();
  const ledger = "ledger" in state ? state.ledger : undefined;
  const base = "ledger" in state ? state.ledger.resources : state.resources;
  reporter.begin(configForEvents(stack.config));
  if ("recovery" in state && state.recovery) reporter.info(state.recovery.message);
  if (ledger && !readsBack(verb, options)) warnOfPending(reporter, ledger);
  const carriedOut = await carryOut(verb, { options, stack, ledger, base, reporter });
  let { result } = carriedOut;
  try {
    const kind = verb === "refresh" || verb === "destroy" ? verb : "update";
    const finished = { kind, started, ended: new Date(), config: stack.rawConfig } as const;
    const outcome = result === "succeeded" ? "succeeded" : "failed";
    await ledger?.close({ ...finished, result: outcome, resourceChanges: reporter.changes });
  } catch (error) {
    reporter.error(messageWithAdvice(error));
    result = "failed";
  }
  reporter.end(result);
  return {
    result,
    counts: reporter.changes,
    diagnostics: reporter.diagnostics,
    leavesState: carriedOut.leavesState && "pending" in state && state.pending.length === 0 && !state.hasJournal,
    exitCode: exitCodeOf(result, reporter, options),
  };
}

/**
 * Adds the record that an interrupted run has left to the state; `undefined` when there is none.
 *
 * @throws EngineError as `run` does.
 */
export async function recover(
  options: Pick<RunOptions, "cwd" | "stack" | "state" | "env">,
): Promise<Recovery | undefined> {
  const stack = await openStack(options);
  return stack.recover();
}

/** Returns what the stack has recorded, an interrupted run's journal included; takes no lock. */
export async function recordedResources(
  options: Pick<RunOptions, "cwd" | "stack" | "state" | "env">,
): Promise<readonly ResourceState[]> {
  const stack = await openStack({ ...options, readOnly: true });
  return (await stack.read()).resources;
}

/** Returns the stack's configuration, decrypted, by full key (`namespace:name`). */
export async function stackConfiguration(
  options: Pick<RunOptions, "cwd" | "stack" | "state" | "env">,
): Promise<Record<string, string>> {
  const { config } = await openStack({ ...options, readOnly: true });
  return Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
}

/** What earlier runs did not see the end of. */
export interface InterruptedOperations {
  /** The creates, by URN. */
  readonly creates: Readonly<Record<string, InterruptedCreate>>;
  /** The URNs that were being deleted. */
  readonly deletes: readonly string[];
  /** The inputs that were being applied in place, by URN. */
  readonly updates: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The URNs of what was deleted for a replacement that has not come. */
  readonly awaiting: readonly string[];
}

/** Returns what earlier runs did not see the end of; takes no lock. */
export async function interruptedOperations(
  options: Pick<RunOptions, "cwd" | "stack" | "state" | "env">,
): Promise<InterruptedOperations> {
  const stack = await openStack({ ...options, readOnly: true });
  const { pending, resources } = await stack.read();
  const awaiting = resources.flatMap(({ urn, pendingReplacement }) => (pendingReplacement ? urn : []));
  const deletes = pending.flatMap(({ type, resource }) => (type === "deleting" ? resource.urn : []));
  const updates = pending.flatMap(({ type, resource }) =>
    type === "updating" ? [[resource.urn, resource.inputs ?? {}] as const] : [],
  );
  return { creates: interruptedCreates(pending), deletes, updates: Object.fromEntries(updates), awaiting };
}

/** What tells where the stacks of a project are. */
export interface StacksRequest {
  /** The project's name. */
  readonly project: string;
  /** The project's folder, to which relative URLs belong. */
  readonly root: string;
  /** `file://…`. By default what `PULUMI_BACKEND_URL` or `pulumi login` says. */
  readonly state?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Returns the names of a project's stacks, in alphabetical order. Writes nothing; a backend that does not exist yet has none.
 *
 * @throws EngineError for a backend that is none of this engine's.
 */
export async function stackNames({ project, root, state, env = process.env }: StacksRequest): Promise<string[]> {
  const backend = await openBackend({ root, state, env, readOnly: true }, diskFiles);
  return stacksIn(backend, project, diskFiles);
}

/** Only what is recorded can be read back; the CLI begins no such run either. */
async function refuseAbsentTargets(stack: Stack, { targets = [] }: RunOptions): Promise<void> {
  const { literals } = new TargetUrns(targets);
  if (literals.length === 0) return;
  const { resources } = await stack.read();
  const absent = literals.find((urn) => !resources.some((state) => state.urn === urn));
  if (absent !== undefined) throw new EngineError(`no resource named '${absent}' found`);
}

/** Returns whether the verb begins, or is done, with reading everything back. */
function readsBack(verb: Verb, { refresh }: RunOptions): boolean {
  return verb === "refresh" || refresh === true;
}

async function carryOut(verb: Verb, input: RunInput): Promise<Pick<RunOutcome, "result" | "leavesState">> {
  let { base } = input;
  let leavesState = false;
  if (readsBack(verb, input.options)) {
    const result = await withRun({ ...input, continueOnFailure: true }, async ({ run, executor }) => {
      base = await refreshState(run, executor);
    });
    if (verb === "refresh" || result !== "succeeded") return { result, leavesState };
  }
  const result = await withRun({ ...input, base, continueOnFailure: input.options.continueOnError }, async (open) => {
    if (verb === "destroy") return deleteUndeclared(open.run, open.executor);
    await followProgram(open);
    leavesState = verb === "preview" && !readsBack(verb, input.options) && leavesStateAsItIs(open.run);
  });
  return { result, leavesState: leavesState && result === "succeeded" };
}

function warnOfPending(reporter: Reporter, { pending }: Ledger): void {
  if (pending.length === 0) return;
  const list = pending.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`).join("\n");
  reporter.warning(
    `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n${list}\nA create goes on from what it finds, and leaves this list as soon as its resource is made. What was being changed or deleted and is wanted as it is recorded is not looked at: --refresh reads it back.`,
  );
}

function exitCodeOf(result: RunOutcome["result"], reporter: Reporter, options: RunOptions): RunOutcome["exitCode"] {
  if (result === "canceled") return 8;
  if (result === "failed") return 1;
  return options.expectNoChanges && reporter.hasChanges ? 7 : 0;
}
