import { prerequisitesOf } from "../model/dependencies.ts";
import { messageOf } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { nameInUrn, typeInUrn } from "../model/urn.ts";
import type { ResourceIdentity } from "./resource-identity.ts";
import { ResourceLeftOut, ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";

/**
 * Leaves a registration out, where the run goes on after failures, if something that it needs has failed or was left out.
 *
 * @throws LeftOut when it has to be left out; that has been reported.
 */
export function leaveOutDependent(run: Run, { urn, old }: ResourceIdentity, state: ResourceState): void {
  const { continueOnFailure, decided, failures, targets } = run;
  if (!continueOnFailure) return;
  if (old && failures.has(old)) {
    run.leaveOut(urn, "for its old object could not be deleted");
    throw new ResourceLeftOut();
  }
  // What is no target is recorded with what it needed so far, and cannot stand before that in the state.
  const recorded = old && !targets.includes(urn) ? [...prerequisitesOf(old)] : [];
  const missing = [...prerequisitesOf(state), ...recorded].find((needed) => decided.isUnfinished(needed));
  if (missing === undefined) return;
  run.leaveOut(urn, `for it needs ${typeInUrn(missing).split(":").at(-1)} ${nameInUrn(missing)}`);
  throw new ResourceLeftOut();
}

/**
 * Returns the steps that were decided on. One resource that cannot be had is a failure of its own where the run goes on; two
 * of one name are the program's.
 *
 * @throws LeftOut when the run goes on without the resource; that has been reported.
 */
export async function stepsOrLeftOut(
  run: Run,
  { urn, conflict }: ResourceIdentity,
  decision: Promise<Step[]>,
): Promise<Step[]> {
  try {
    return await decision;
  } catch (error) {
    if (!run.continueOnFailure || conflict) throw error;
    if (!(error instanceof ReportedFailure)) run.reporter.error(messageOf(error), urn);
    run.failAtEnd();
    run.decided.unfinished.add(urn);
    throw new ResourceLeftOut();
  }
}
