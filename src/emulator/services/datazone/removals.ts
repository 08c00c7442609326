import type { RegionalContext } from "../../world/handler.ts";
import type { Slice } from "../../world/world.ts";

/** How long a domain is DELETING before it is gone. */
export const removalMs = 1000;

/** When each domain that somebody deletes is gone, by id. */
const removals: Slice<Map<string, Date>> = { name: "domainRemovals", initial: () => new Map() };

/** Returns the deletions of an account's domains in a Region. */
export function removalsOf({ world, account, region }: RegionalContext): Map<string, Date> {
  return world.regional(removals, account, region);
}

/** Returns what a deletion has made of a domain's state; undefined where nobody deletes it. */
export function removalState(id: string, at: RegionalContext): "DELETING" | "DELETED" | undefined {
  const goneAt = removalsOf(at).get(id);
  if (goneAt === undefined) return undefined;
  return goneAt > at.world.clock.now() ? "DELETING" : "DELETED";
}
