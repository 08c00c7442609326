import type { Spec, SpecFinding } from "../spec/index.ts";
import { restOfTargets } from "../spec/index.ts";
import type { Lookups } from "./lookups.ts";
import { resolveSelections, targetsOf } from "./selection.ts";
import { targetName } from "./target.ts";

/** Accounts and Regions that are deployed together, before those of the next wave. */
export interface Wave {
  /** Of the selection, or `rest`. */
  name: string;
  /** `account/region` of each; `undefined` for all that no other wave has. */
  targets?: ReadonlySet<string>;
}

/**
 * Returns the waves of `rollout.order`, in that order; none where the spec has no order. What no selection of it covers comes with `rest`, at
 * the end where that is not named.
 */
export async function wavesOf(
  { rollout, ...spec }: Spec,
  lookups: Lookups,
): Promise<{ waves: Wave[]; findings: SpecFinding[] }> {
  const { order } = rollout;
  const waves: Wave[] = [];
  const findings: SpecFinding[] = [];
  if (order === undefined) return { waves, findings };
  for (const name of new Set([...order, restOfTargets])) {
    if (name === restOfTargets) waves.push({ name });
    const selection = spec.selections.find((selection) => selection.name === name);
    if (name === restOfTargets || selection === undefined) continue;
    const selected = await resolveSelections(selection, selection.path, { rollout, ...spec }, lookups);
    findings.push(...selected.flatMap((part) => part.findings));
    waves.push({ name, targets: new Set(targetsOf(selected).map(targetName)) });
  }
  return { waves, findings };
}

/** Returns the wave in which an account and Region is deployed: the first that names it. */
export function waveOf(
  waves: readonly Wave[],
  { account, region }: { account?: string; region?: string },
): Wave | undefined {
  const named = waves.find(({ targets }) => targets?.has(`${account}/${region}`));
  return named ?? waves.find(({ targets }) => targets === undefined);
}
