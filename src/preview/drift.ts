import type { EngineEvent } from "./engine-event.ts";
import { propertiesOf } from "./properties.ts";

/** What reading everything back has found before the plan was made, by URN; what is as recorded is not in it. */
export function driftIn(events: readonly EngineEvent[]): Map<string, "gone" | "changed"> {
  const found = new Map<string, "gone" | "changed">();
  for (const { resOutputsEvent } of events) {
    const { op, urn, old, new: current } = resOutputsEvent?.metadata ?? {};
    if (op !== "refresh" || urn === undefined) continue;
    if (!current) found.set(urn, "gone");
    else if (propertiesOf(old?.inputs, current.inputs, []).length > 0) found.set(urn, "changed");
  }
  return found;
}

/** Says why a resource is in the plan although its entry has not been edited. */
export const driftWords = {
  gone: "AWS no longer has it. ",
  changed: "It was changed behind the stack's back. ",
};
