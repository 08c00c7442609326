import type { Run } from "../decide/run.ts";
import { metadataOf } from "../events/events.ts";
import { messageOf } from "../model/engine-error.ts";
import { traitsOf } from "../model/step.ts";
import type { Step } from "../model/step.ts";
import { ProviderError } from "../processes/provider-error.ts";
import { apply, ProtectedError } from "./apply.ts";

/**
 * Runs one step: admits it, records that it begins, applies it, records its end, and reports each.
 *
 * @throws whatever went wrong; it has been reported, and the run knows of it.
 */
export async function runStep(run: Run, step: Step): Promise<void> {
  try {
    run.admit?.(metadataOf(step));
  } catch (error) {
    reportFailure(run, step, error, { goOn: false });
    throw error;
  }
  run.reporter.stepBegins(step);
  // What cannot be recorded must not happen.
  if (traitsOf(step.operation).pending) await recordOrReport(run, step, run.ledger?.begin(step));
  let error: unknown;
  try {
    await apply(run, step);
    if (step.new && traitsOf(step.operation).logical) run.registered.set(step.new.urn, step);
    run.reporter.stepSucceeded(step);
  } catch (caught) {
    error = caught;
    reportFailure(run, step, caught, { goOn: run.continueOnFailure || caught instanceof ProtectedError });
  }
  const partial = error instanceof ProviderError && error.status === "partial";
  // The object was not brought to these inputs, so they are not what it has.
  if (partial && step.operation === "update" && step.new && step.old) step.new.inputs = { ...step.old.inputs };
  const isOpen = error !== undefined && isUnsettled(run, step, error);
  // A refresh is recorded as a whole.
  if (step.operation !== "refresh" && !isOpen)
    await recordOrReport(run, step, run.ledger?.end(step, error === undefined || partial));
  if (error !== undefined) throw error;
}

/**
 * Tells whether nobody knows if the step was carried out, so that it stays on record as under way: a delete that the cancellation cut off,
 * and what the provider had no answer to.
 */
function isUnsettled(run: Run, step: Step, error: unknown): boolean {
  const { pending } = traitsOf(step.operation);
  if (pending === "deleting" && run.isCanceled) return true;
  const isUnanswered = error instanceof ProviderError && error.isUnanswered;
  return isUnanswered && (pending === "deleting" || pending === "creating");
}

async function recordOrReport(run: Run, step: Step, recording: Promise<void> | undefined): Promise<void> {
  try {
    await recording;
  } catch (error) {
    reportFailure(run, step, error, { goOn: false });
    throw error;
  }
}

function reportFailure(run: Run, step: Step, error: unknown, { goOn }: { goOn: boolean }): void {
  run.reporter.stepFailed(step, messageOf(error), error instanceof ProviderError ? error.status : "clean");
  run.stepFailed(step, { goOn });
}
