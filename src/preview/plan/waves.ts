import { waveOf } from "../../targets/index.ts";
import type { Declaration, Wave } from "../../targets/index.ts";
import type { Change } from "../change/change.ts";
import { toleratedTargets } from "./left-out.ts";
import type { PlannedWave } from "./plan.ts";

/** Returns the changes with the wave of each, which whoever approves them relies on. */
export function withWaves(changes: readonly Change[], waves: readonly Wave[]): Change[] {
  return changes.map((change) => {
    const wave = waveOf(waves, change)?.name;
    return wave === undefined ? change : { ...change, facts: { ...change.facts, wave } };
  });
}

/** Returns the waves that change something. Without a word about what is tolerated, one failure keeps the next wave from beginning. */
export function plannedWaves(
  changes: readonly Change[],
  waves: readonly Wave[],
  { tolerated, declarations }: { tolerated: number | string | undefined; declarations: readonly Declaration[] },
): PlannedWave[] {
  return waves.flatMap((wave) => {
    const { name } = wave;
    const targets = new Set(
      changes.filter(({ facts }) => facts.wave === name).map(({ account, region }) => `${account}/${region}`),
    );
    const declarationsOfWave = declarations.filter((declaration) => waveOf(waves, declaration) === wave);
    return targets.size === 0
      ? []
      : { name, targets: targets.size, tolerated: toleratedTargets(tolerated, declarationsOfWave) ?? 0 };
  });
}
