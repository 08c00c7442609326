import type { Executor } from "./act/executor.ts";
import { planFinalDeletes } from "./decide/final-deletes.ts";
import { ReportedFailure } from "./decide/run-errors.ts";
import type { Run } from "./decide/run.ts";
import { prerequisitesOf } from "./model/dependencies.ts";
import { messageOf } from "./model/engine-error.ts";
import type { ResourceState } from "./model/resource-state.ts";
import type { Step } from "./model/step.ts";

/** Deletes what is not declared, layer by layer. */
export async function deleteUndeclared(run: Run, executor: Executor): Promise<void> {
  const targetsFound = run.checkTargets();
  try {
    const { unchanged, layers } = await planFinalDeletes(run);
    await executor.submit(unchanged);
    await executor.idle();
    for (const layer of layers) {
      const unfinished = run.base.filter(({ urn }) => run.decided.isUnfinished(urn));
      const needed = neededBy([...run.failures, ...unfinished], run.base);
      await executor.runAll(layer.filter((step) => step.old && !needed.has(step.old)));
      if (run.continueOnFailure && !run.stop.aborted) reportKept(run, layer, needed);
      if (run.stop.aborted) break;
    }
  } catch (error) {
    // What was decided against has been reported and counts as a failed update.
    if (!(error instanceof ReportedFailure)) {
      run.reporter.error(messageOf(error));
      run.fail();
    }
  }
  if (!targetsFound) run.fail();
}

function reportKept(run: Run, layer: readonly Step[], needed: ReadonlySet<ResourceState>): void {
  for (const { old } of layer) {
    if (old && needed.has(old)) run.leaveOut(old.urn, "for something that needs it is not done");
  }
}

/** Returns what resources that have failed still need, directly or not. */
function neededBy(failed: Iterable<ResourceState>, base: readonly ResourceState[]): Set<ResourceState> {
  const halves = Map.groupBy(base, (state) => state.urn);
  const needed = new Set<ResourceState>();
  const visit = (state: ResourceState) => {
    for (const urn of prerequisitesOf(state)) {
      const other = stateNeededBy(state, halves.get(urn) ?? []);
      if (!other || needed.has(other)) continue;
      needed.add(other);
      visit(other);
    }
  };
  for (const state of failed) visit(state);
  return needed;
}

/**
 * Returns the state that another one needs. During a replacement there are two of a URN; an old half needs the old one,
 * all others the new one.
 */
function stateNeededBy(
  { delete: isOld = false }: ResourceState,
  halves: readonly ResourceState[],
): ResourceState | undefined {
  return halves.findLast(({ delete: other = false }) => other === isOld) ?? halves.at(-1);
}
