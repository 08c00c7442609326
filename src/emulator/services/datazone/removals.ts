import type { Context } from "../../world/handler.ts";
import type { Slice } from "../../world/world.ts";

/** How long a domain is DELETING before it is gone. */
export const REMOVAL_MS = 1000;

/** When each domain that somebody deletes is gone, by id. */
const removals: Slice<Map<string, Date>> = { name: "domainRemovals", initial: () => new Map() };

type Place = Pick<Context, "world" | "account" | "region">;

/** Returns the deletions of an account's domains in a Region. */
export function removalsOf({ world, account, region }: Place): Map<string, Date> {
  return world.regional(removals, account, region);
}

/** Returns what a deletion has made of a domain's state; undefined where nobody deletes it. */
export function removalState(id: string, place: Place): "DELETING" | "DELETED" | undefined {
  const goneAt = removalsOf(place).get(id);
  if (goneAt === undefined) return undefined;
  return goneAt > place.world.clock.now() ? "DELETING" : "DELETED";
}
