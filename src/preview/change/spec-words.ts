import type { EngineEvent, StepMetadata, StepState } from "./engine-event.ts";

/**
 * Returns the events of a run that reads back what AWS has, with the allowances of losses as they were recorded. The engine writes down without a
 * step what the spec alone says, so a provider that reads does not know of it, and it would look as if somebody had changed it in AWS.
 */
export function withSpecWords(events: readonly EngineEvent[]): readonly EngineEvent[] {
  const words = new Map(events.flatMap(({ resOutputsEvent }) => wordsIn(resOutputsEvent?.metadata)));
  if (words.size === 0) return events;
  const said = (step: StepMetadata): StepMetadata => {
    const allowLoss = words.get(step.urn);
    if (allowLoss === undefined) return step;
    const restored = (state: StepState | null | undefined) =>
      state?.inputs ? { ...state, inputs: { ...state.inputs, allowLoss } } : state;
    return step.op === "refresh" ? { ...step, new: restored(step.new) } : { ...step, old: restored(step.old) };
  };
  return events.map(({ resourcePreEvent: before, resOutputsEvent: after, ...event }) => ({
    ...event,
    ...(before && { resourcePreEvent: { ...before, metadata: said(before.metadata) } }),
    ...(after && { resOutputsEvent: { ...after, metadata: said(after.metadata) } }),
  }));
}

function wordsIn({ op, urn = "", old }: Partial<StepMetadata> = {}): [string, unknown][] {
  const { allowLoss } = old?.inputs ?? {};
  return op === "refresh" && allowLoss !== undefined ? [[urn, allowLoss]] : [];
}
