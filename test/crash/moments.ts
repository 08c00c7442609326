import type { Call } from "../support/world.ts";

/** A moment at which something can go wrong: one call, before or after its effect. As the emulator's fault rules say it. */
export interface Moment {
  service: string;
  operation: string;
  /** The calls of this operation that come earlier. */
  skip: number;
  when: "before" | "after";
}

/** Before and after each of these calls; one that was answered with an error had no effect to come after. */
export function everyMoment(calls: readonly Call[]): Moment[] {
  const seen = new Map<string, number>();
  return calls.flatMap(({ service, operation, status }) => {
    const skip = seen.get(operation) ?? 0;
    seen.set(operation, skip + 1);
    const whens = status < 400 ? (["before", "after"] as const) : (["before"] as const);
    return whens.map((when) => ({ service, operation, skip, when }));
  });
}

/** One call of each operation, before and after its effect; always the same ones, spread over early and late calls. */
export function sampleOf(moments: readonly Moment[]): Moment[] {
  const groups = Map.groupBy(moments, ({ operation, when }) => `${operation} ${when}`);
  return [...groups.values()].map((group, index) => group[Math.floor(fraction(index) * group.length)]!);
}

/** From 0 to 1, spread evenly. */
function fraction(index: number): number {
  return ((index + 1) * 0.618_033_988_749_894_9) % 1;
}
