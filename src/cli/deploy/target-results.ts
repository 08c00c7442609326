import { hasNoAwsObject, kindName, partsOfUrn, resourceKey } from "../../preview/index.ts";
import type { Change, EngineEvent, Plan, PlanDiagnostic } from "../../preview/index.ts";
import type { WaveResult } from "./waves.ts";

/** How a run ended in one account and Region. */
export interface TargetResult {
  account: string;
  region: string;
  /** `skipped`: the plan left it out, or the run ended before anything was begun there. */
  result: "succeeded" | "failed" | "skipped";
  /** Why not, in a line. */
  message?: string;
}

/**
 * Says of each account and Region that the plan changes how far the run came there. What is half done has failed.
 * @param told the run's diagnostics, with the names of the resources that they are about, and how its waves ended
 */
export function targetResults(
  plan: Plan,
  events: readonly EngineEvent[],
  { diagnostics, waves = [] }: { diagnostics: readonly PlanDiagnostic[]; waves?: readonly WaveResult[] },
): TargetResult[] {
  const { begun, failed, done } = progressIn(events);
  const targets = Map.groupBy(
    plan.changes.filter(({ account, region }) => account !== undefined && region !== undefined),
    ({ account, region }) => `${account}/${region}`,
  );
  return [...targets].toSorted(byTarget).map(([target, changes]) => {
    const [account = "", region = ""] = target.split("/");
    const open = changes.filter((change) => !isDone(change, done.get(resourceKey(change))));
    const errors = changes.filter((change) => failed.has(resourceKey(change)));
    if (open.length === 0 && errors.length === 0) return { account, region, result: "succeeded" };
    const names = new Set((errors.length > 0 ? errors : open).map(({ name }) => name));
    const error = diagnostics.find(({ severity, name = "" }) => severity === "error" && names.has(name));
    if (error === undefined && open.every(({ operation }) => operation === "skip"))
      return { account, region, result: "skipped", message: open[0]!.consequence };
    const started = error !== undefined || changes.some((change) => begun.has(resourceKey(change)));
    if (!started) {
      const wave = waves.find(({ name, result }) => result === "skipped" && name === open[0]!.facts.wave);
      const message = wave ? `The wave ${wave.name} was not begun.` : "The run ended before anything was begun here.";
      return { account, region, result: "skipped", message };
    }
    const [unfinished] = open;
    const message =
      error?.message.split("\n")[0] ?? `The run ended before the ${kindName(unfinished!.type)} was finished.`;
    return { account, region, result: "failed", message };
  });
}

/** Which resources' steps have begun and failed, and which of them have come to their end. */
function progressIn(events: readonly EngineEvent[]) {
  const begun = new Set<string>();
  const failed = new Set<string>();
  const done = new Map<string, Set<string>>();
  for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } of events) {
    const step = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
    // What a run is not for is the same to it, whatever the plan is about to do with it.
    if (!step || step.op === "same" || hasNoAwsObject(step)) continue;
    const key = resourceKey(partsOfUrn(step.urn));
    if (resOpFailedEvent) failed.add(key);
    else if (resourcePreEvent) begun.add(key);
    else done.set(key, (done.get(key) ?? new Set()).add(step.op));
  }
  return { begun, failed, done };
}

/** The second half of a replacement is its end. A delete may be the first half of one that has no second any more. */
function isDone({ operation }: Change, steps: ReadonlySet<string> = new Set()): boolean {
  if (operation === "replace") return steps.has("create-replacement");
  if (operation !== "delete" && operation !== "forget") return steps.has(operation);
  return ["delete", "delete-replaced", "remove-pending-replace"].some((op) => steps.has(op));
}

const byTarget = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
