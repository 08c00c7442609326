import type { EngineEvent } from "./engine-event.ts";
import { propertiesOf } from "./properties.ts";
import type { Property } from "./properties.ts";

/** What reading one resource back has found before the plan was made. */
export interface Drift {
  found: "gone" | "changed";
  /** The inputs that the stack applied last. */
  applied: Record<string, unknown>;
  /** What AWS had otherwise: `before` as applied, `after` as found. */
  properties: Property[];
  /** The inputs that AWS was found to have; absent where it has it no longer. */
  current?: Record<string, unknown>;
}

/** Returns what was not as recorded, by URN. */
export function driftIn(events: readonly EngineEvent[]): Map<string, Drift> {
  const drift = new Map<string, Drift>();
  for (const { resOutputsEvent } of events) {
    const { op, urn, old, new: current } = resOutputsEvent?.metadata ?? {};
    if (op !== "refresh" || urn === undefined) continue;
    const applied = old?.inputs ?? {};
    const properties = current ? propertiesOf(applied, current.inputs) : [];
    if (!current || properties.length > 0) {
      const found = current ? ("changed" as const) : ("gone" as const);
      drift.set(urn, { found, applied, properties, ...(current?.inputs && { current: current.inputs }) });
    }
  }
  return drift;
}

/** Tells whether what is wanted is what was applied last: then nothing but the drift asks for the change. */
export function isAsApplied({ applied }: Drift, desired: object | undefined): boolean {
  return desired !== undefined && propertiesOf(applied, desired).every(({ unknown }) => unknown);
}
