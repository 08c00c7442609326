import type { Change } from "../../preview/index.ts";
import { visibleLine } from "../../spec/index.ts";
import type { Io } from "../io.ts";
import type { DeployOptions } from "./deploy-options.ts";
import type { VerbResult } from "./deployment.ts";
import { failedTargets } from "./failure-limit.ts";
import type { Planned } from "./planned.ts";

/** How a wave of a deployment ended. */
export interface WaveResult {
  name: string;
  /** `skipped`: the one before it failed beyond what is tolerated, and it was not begun. */
  result: "succeeded" | "failed" | "skipped";
}

/** How a deployment ended, and its waves, where it has some. */
export interface WavesResult extends VerbResult {
  waves?: WaveResult[];
}

/**
 * Carries out a plan: all of it at once, or wave by wave, as its spec orders. A wave in which more fail than is tolerated ends the deployment;
 * what is left is the rest of the same plan.
 */
export async function runInWaves(
  verb: "up" | "destroy",
  { deployment, held, plan, tolerated, nothingToWrite }: Planned,
  options: DeployOptions,
  io: Io,
): Promise<WavesResult> {
  // The plan is what a run would come to: nothing is read and registered twice for it.
  const { waves = [] } = plan;
  if (nothingToWrite && options.events === undefined && waves.length === 0) return nothingToWrite;
  const skipped = plan.changes.filter(({ operation }) => operation === "skip");
  const left = tolerated === undefined ? undefined : tolerated - targetsOf(skipped).size;
  const run = (others: readonly Change[], mostFailures: number | undefined, isFirst = true) => {
    const leaveOut = new Set([...skipped, ...others].map(({ name }) => name));
    const { admit } = held;
    const isPlanJudged = verb === "up" && plan.preflight.asked;
    return deployment.run(verb, {
      events: options.events,
      goesOn: !isFirst,
      isPlanJudged,
      admit,
      leaveOut,
      mostFailures,
    });
  };
  if (waves.length === 0) return run([], left);
  const all: WavesResult & Required<Pick<WavesResult, "waves">> = { result: "succeeded", events: [], waves: [] };
  const failed = new Set<string>();
  for (const [index, wave] of waves.entries()) {
    io.err.line(`wave ${visibleLine(wave.name)}: ${targetCount(wave.targets)}`);
    const others = plan.changes.filter(({ facts, type }) => type !== "Guards" && facts.wave !== wave.name);
    const most = left === undefined ? undefined : Math.max(0, Math.min(wave.tolerated, left - failed.size));
    const ran = await run(others, most, index === 0);
    const here = failedTargets(ran.events);
    for (const target of here) failed.add(target);
    const isWell = ran.result === "succeeded" && here.size === 0;
    all.waves.push({ name: wave.name, result: isWell ? "succeeded" : "failed" });
    all.events.push(...ran.events);
    if (ran.credentials) all.credentials = true;
    if (!isWell) all.result = ran.result === "cancelled" ? "cancelled" : "failed";
    if (ran.message) all.message = all.message ? `${all.message}\n${ran.message}` : ran.message;
    const isTolerated = ran.result !== "cancelled" && here.size > 0 && here.size <= wave.tolerated;
    if (isWell || (isTolerated && !held.left && !options.failFast)) continue;
    const next = waves.slice(index + 1);
    all.waves.push(...next.map(({ name }) => ({ name, result: "skipped" as const })));
    const [first] = next;
    if (first && here.size > 0) {
      const stopped = `Stopped before the wave ${first.name}: ${targetCount(here.size)} failed in ${wave.name}, where ${wave.tolerated} may fail.`;
      all.message = all.message ? `${all.message}\n${stopped}` : stopped;
    }
    break;
  }
  return all;
}

const targetsOf = (changes: readonly Change[]): Set<string> =>
  new Set(changes.map(({ account, region }) => `${account}/${region}`));

const targetCount = (count: number): string => (count === 1 ? "1 account and Region" : `${count} accounts and Regions`);
