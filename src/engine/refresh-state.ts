import type { Executor } from "./act/executor.ts";
import type { Run } from "./decide/run.ts";
import type { ResourceState } from "./model/resource-state.ts";
import type { Step } from "./model/step.ts";
import { withFoundStates } from "./state/snapshot.ts";

/**
 * Reads every recorded resource, records what is found, unless it is for a preview, and returns the list of it. A failed
 * read leaves its resource as it was.
 */
export async function refreshState(run: Run, executor: Executor): Promise<readonly ResourceState[]> {
  if (!run.checkTargets()) {
    run.fail();
    return run.base;
  }
  const targeted = run.base.filter((state) => run.targets.contains(state.urn));
  const steps = targeted.map((old): Step => ({ operation: "refresh", old, new: old }));
  await executor.runAll(steps);
  const results = new Map<ResourceState, ResourceState | undefined>();
  for (const step of steps) if (step.old) results.set(step.old, step.new);
  const found = withFoundStates(run.base, results);
  await run.ledger?.rebuild(found);
  return found;
}
