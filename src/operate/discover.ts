import type { TargetToRead } from "../targets/index.ts";
import { ownersOfBuckets } from "./bucket-owners.ts";
import { consolidate } from "./consolidation.ts";
import type { WantedSync } from "./consolidation.ts";
import type { Discovery, FoundTarget } from "./discovery.ts";
import { lookAtTarget } from "./look-at-target.ts";
import type { Looking } from "./look-at-target.ts";

/** What is looked at, and what is known of it beforehand. */
export interface DiscoverRequest extends Looking {
  places: readonly TargetToRead[];
  /** The account of the ambient credentials. */
  caller?: string;
  /** What a spec wants, to be held against the free places. */
  wanted: readonly WantedSync[];
  now: number;
  /** How many places are looked at side by side. */
  parallel: number;
  onProgress?(looked: number, refused: number): void;
}

/** Looks at every place, side by side, and tells what is there. A place that refuses is told and stops none. */
export async function discover(request: DiscoverRequest): Promise<Discovery> {
  const { places, wanted, now, parallel, caller, signal, onProgress } = request;
  const found: FoundTarget[] = [];
  const queue = [...places.keys()];
  let looked = 0;
  let refused = 0;
  await Promise.all(
    Array.from({ length: Math.min(parallel, places.length) }, async () => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        signal?.throwIfAborted();
        const target = await lookAtTarget(places[index]!, request);
        found[index] = target;
        if (target.refused.length > 0) refused++;
        onProgress?.(++looked, refused);
      }
    }),
  );
  const whole = new Set(found.filter(({ refused: refusals }) => refusals.some(({ what }) => what === "account")));
  const open = places.filter((_, index) => !whole.has(found[index]!));
  const buckets = await ownersOfBuckets(found, open, caller, signal);
  for (const bucket of buckets) if (bucket.owner === null) bucket.unasked += accountsOf([...whole]);
  return {
    version: 1,
    at: new Date(now).toISOString(),
    places: found,
    buckets,
    findings: consolidate(found, buckets, wanted, now),
  };
}

const accountsOf = (places: readonly { account: string }[]): number =>
  new Set(places.map(({ account }) => account)).size;
