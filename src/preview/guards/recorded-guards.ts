import type { Spec } from "../../spec/index.ts";
import type { Change } from "../change/change.ts";
import { sentenceOf } from "../consequence/consequence.ts";
import type { EngineEvent } from "../change/engine-event.ts";
import { compareInputs } from "../change/properties.ts";

/** The limits of the spec's `guards`. */
export type Limits = Spec["guards"];

/** Returns the limits that were applied last, which the program leaves in the stack's output `sluice`; `undefined` where it has none. */
export function recordedGuards(events: readonly EngineEvent[]): Limits | undefined {
  for (const { resourcePreEvent } of events) {
    const { type, old } = resourcePreEvent?.metadata ?? {};
    if (type !== "pulumi:pulumi:Stack" || !old) continue;
    const { guards } = (old.outputs?.["sluice"] ?? {}) as { guards?: Limits };
    return guards;
  }
  return undefined;
}

/** Returns the change of the limits, when there is one: whoever loosens a guard shows it. */
export function guardsChange(
  applied: Limits | undefined,
  proposed: Limits | undefined,
  source?: Change["source"],
): Change | undefined {
  if (!applied || !proposed) return undefined;
  const { properties, unchanged } = compareInputs(applied, proposed);
  if (properties.length === 0) return undefined;
  const change = { operation: "update", type: "Guards", name: "guards", facts: { rows: "none" } } as const;
  return {
    ...change,
    ...(source && { source }),
    severity: "changes",
    drift: false,
    properties,
    ...(Object.keys(unchanged).length > 0 && { unchanged }),
    consequence: sentenceOf(change),
  };
}
