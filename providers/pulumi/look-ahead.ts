import type { Connection } from "../../src/aws/index.ts";
import { kinds } from "../../src/resources/kinds.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Lifecycle, Work } from "../lifecycle/lifecycle.ts";
import { differencesBetween } from "../settings/differences.ts";

/**
 * Returns the look that `check` takes at AWS: of a change that takes something away, and of what is made anew after something was; `undefined`
 * for any other, which costs no call.
 */
export function lookAt<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  recorded: Settings | undefined,
  desired: Settings,
): ((work: Work) => Promise<Finding[]>) | undefined {
  if (!recorded) return lifecycle.anewPreflight?.(desired);
  const takesAway = differencesBetween(recorded, desired, kinds[lifecycle.kind].changes).some(
    ({ replaces, path }) => replaces || lifecycle.losesRows?.includes(path),
  );
  if (!lifecycle.preflight || !takesAway) return undefined;
  return (work) => lifecycle.preflight!(desired, recorded, work);
}
