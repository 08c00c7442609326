import type { ResourceState } from "./model/resource-state.ts";
import type { Session } from "./session.ts";
import { afterRefresh } from "./state/snapshot.ts";
import type { Step } from "./model/step.ts";

/**
 * Reads every recorded resource and records what is found, unless it is for a preview; returns the list of it. A failed
 * read leaves its resource as it was.
 */
export async function refresh(session: Session): Promise<readonly ResourceState[]> {
  const { deployment, executor, ledger } = session;
  if (!session.checkTargets()) {
    session.bail();
    return deployment.base;
  }
  const targeted = deployment.base.filter((state) => deployment.targets.contains(state.urn));
  const steps = targeted.map((old): Step => ({ operation: "refresh", old, new: old }));
  await executor.runAll(steps);
  const results = new Map<ResourceState, ResourceState | undefined>();
  for (const step of steps) if (step.old) results.set(step.old, step.new);
  const found = afterRefresh(deployment.base, results);
  await ledger?.rebuild(found);
  return found;
}
