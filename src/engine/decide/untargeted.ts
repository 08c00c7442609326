import { Bail } from "./deployment.ts";
import type { Deployment } from "./deployment.ts";
import { prerequisitesOf } from "../model/dependencies.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { isProviderType, providerReference, typeOf } from "../model/urn.ts";

/**
 * Keeps a resource that is no target as it was. What it needs and what nobody has registered yet goes first, or it would
 * stand behind it in the state.
 */
export function carryOver(
  deployment: Deployment,
  olds: ReadonlyMap<string, ResourceState>,
  old: ResourceState,
  done?: Step["done"],
): Step[] {
  if (old.delete) return [];
  const { decided, reporter } = deployment;
  decided.seen.add(old.urn);
  decided.sames.add(old.urn);
  const steps: Step[] = [];
  for (const urn of prerequisitesOf(old)) {
    if (decided.hasStep(urn) || decided.isKept(urn)) continue;
    const needed = olds.get(urn);
    if (needed) steps.push(...carryOver(deployment, olds, needed));
    else if (!isProviderType(typeOf(urn))) {
      reporter.error(`${urn}, which the untargeted resource ${old.urn} needs, has no old state`, old.urn);
      throw new Bail();
    }
  }
  return [...steps, { operation: "same", old, new: { ...old, id: undefined }, untargeted: true, done }];
}

/** What a target needs and what nobody has registered yet; all of it keeps its old state. */
export function untargetedPrerequisites(
  deployment: Deployment,
  olds: ReadonlyMap<string, ResourceState>,
  target: ResourceState,
): Step[] {
  const { decided, targets } = deployment;
  if (!targets.limited) return [];
  const queued = new Set<string>();
  const steps: Step[] = [];
  const queue = (urn: string) => {
    const old = olds.get(urn);
    if (!old || queued.has(urn) || decided.hasStep(urn) || decided.isKept(urn)) return;
    queued.add(urn);
    for (const needed of prerequisitesOf(old)) {
      const provider = olds.get(needed);
      const replaced = isProviderType(typeOf(needed)) && provider && providerReference(provider) !== old.provider;
      if (!replaced) queue(needed);
    }
    steps.push({ operation: "same", old, new: { ...old, id: undefined }, untargeted: true });
  };
  for (const urn of prerequisitesOf(target)) if (!isProviderType(typeOf(urn))) queue(urn);
  for (const urn of queued) {
    decided.seen.add(urn);
    decided.sames.add(urn);
  }
  return steps;
}

/** A step that needs a new resource that is no target cannot be done. */
export function refuseLeftOut({ decided, reporter, targets, dryRun }: Deployment, steps: readonly Step[]): void {
  if (!targets.limited) return;
  for (const step of steps) {
    if (!step.new || step.leftOut) continue;
    for (const urn of prerequisitesOf(step.new)) {
      if (!decided.leftOut.has(urn)) continue;
      // Pulumi's own text, its double "was" included: scripts look for it.
      reporter.error(
        `Resource '${step.new.urn}' depends on '${urn}' which was was not specified in --target list.`,
        step.new.urn,
      );
      decided.failed = true;
      if (!dryRun) throw new Bail();
      decided.leftOut.delete(urn);
    }
  }
}
