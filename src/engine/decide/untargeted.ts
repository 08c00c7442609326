import { prerequisitesOf } from "../model/dependencies.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { isProviderType, providerReference, typeInUrn } from "../model/urn.ts";
import { ReportedFailure } from "./run-errors.ts";
import type { Run } from "./run.ts";

/**
 * Returns the steps that keep a resource that is no target as it was. What it needs and what nobody has registered yet
 * goes first, or it would stand behind it in the state.
 */
export function keepUntargeted(run: Run, old: ResourceState): Step[] {
  if (old.delete) return [];
  const { current, decided, reporter } = run;
  decided.seen.add(old.urn);
  decided.unchanged.add(old.urn);
  const steps: Step[] = [];
  for (const urn of prerequisitesOf(old)) {
    if (decided.hasStep(urn) || decided.isKept(urn)) continue;
    const needed = current.get(urn);
    if (needed) steps.push(...keepUntargeted(run, needed));
    else if (!isProviderType(typeInUrn(urn))) {
      reporter.error(`${urn}, which the untargeted resource ${old.urn} needs, has no old state`, old.urn);
      throw new ReportedFailure();
    }
  }
  return [...steps, { operation: "same", old, new: { ...old, id: undefined }, untargeted: true }];
}

/** Returns the steps that keep what a target needs and what nobody has registered yet. */
export function untargetedPrerequisites(run: Run, target: ResourceState): Step[] {
  const { current, decided, targets } = run;
  if (!targets.limited) return [];
  const queued = new Set<string>();
  const steps: Step[] = [];
  const queue = (urn: string) => {
    const old = current.get(urn);
    if (!old || queued.has(urn) || decided.hasStep(urn) || decided.isKept(urn)) return;
    queued.add(urn);
    for (const needed of prerequisitesOf(old)) {
      const provider = current.get(needed);
      const replaced = isProviderType(typeInUrn(needed)) && provider && providerReference(provider) !== old.provider;
      if (!replaced) queue(needed);
    }
    steps.push({ operation: "same", old, new: { ...old, id: undefined }, untargeted: true });
  };
  for (const urn of prerequisitesOf(target)) if (!isProviderType(typeInUrn(urn))) queue(urn);
  for (const urn of queued) {
    decided.seen.add(urn);
    decided.unchanged.add(urn);
  }
  return steps;
}

/** Refuses steps that need a new resource that is no target. */
export function refuseOmitted(run: Run, steps: readonly Step[]): void {
  const { decided, reporter, targets, dryRun } = run;
  if (!targets.limited) return;
  for (const step of steps) {
    if (!step.new || step.omitted) continue;
    for (const urn of prerequisitesOf(step.new)) {
      if (!decided.omitted.has(urn)) continue;
      // Pulumi's own text, its double "was" included: scripts look for it.
      reporter.error(
        `Resource '${step.new.urn}' depends on '${urn}' which was was not specified in --target list.`,
        step.new.urn,
      );
      run.failAtEnd();
      if (!dryRun) throw new ReportedFailure();
      decided.omitted.delete(urn);
    }
  }
}
