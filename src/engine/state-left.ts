import type { Run } from "./decide/run.ts";
import { isWrittenAlike } from "./model/resource-state.ts";

/**
 * Tells whether a preview that has ended well found nothing that an update would write: every recorded resource was registered again, and
 * all that is recorded of it is as it was, options and places in the source included.
 */
export function leavesStateAsItIs({ base, registered }: Pick<Run, "base" | "registered">): boolean {
  const steps = [...registered.values()];
  return (
    steps.length === base.length &&
    steps.every(({ operation, old, new: state }) => {
      return operation === "same" && old !== undefined && state !== undefined && isWrittenAlike(old, state);
    })
  );
}
