import type { TargetToRead } from "../targets/index.ts";
import { arrivalOf } from "./arrivals.ts";
import { backupHealth } from "./backup-age.ts";
import { discover } from "./discover.ts";
import { ageOf, healthOf, healthStates } from "./health.ts";
import type { Health, WantedEntry } from "./health.ts";

/** What is judged, and where. */
export interface StatusRequest {
  places: readonly TargetToRead[];
  wanted: readonly WantedEntry[];
  now: number;
  parallel: number;
  signal?: AbortSignal;
  onProgress?(looked: number, refused: number): void;
}

/** How everything is, the worst first. */
export interface Status {
  version: 1;
  /** ISO 8601. */
  at: string;
  entries: Health[];
}

/** Looks at everything that is wanted, and at what has come from it. */
export async function lookAtStatus(request: StatusRequest): Promise<Status> {
  const { places, wanted, now, signal } = request;
  const noStacks = { thisStack: new Set<string>(), others: new Map<string, string>(), declared: new Set<string>() };
  const { places: found, buckets } = await discover({
    ...request,
    wanted: [],
    readTables: true,
    knownStacks: noStacks,
  });
  const owners = new Map(buckets.map(({ bucket, owner }) => [bucket, owner]));
  const entries = await Promise.all(
    wanted.map(async (one) => {
      const index = places.findIndex(({ account, region }) => account === one.account && region === one.region);
      const [target, seen] = [places[index]!, found[index]!];
      if (one.kind === "backup") return withBackups(one, target, now, signal);
      const sync = one.kind === "sync" ? seen.syncs.find(({ name }) => name === one.name) : undefined;
      const owner = owners.get(sync?.destination?.bucket ?? "");
      const reader = places.find(({ account }) => account === owner) ?? target;
      return healthOf(one, seen, sync && (await arrivalOf(target, sync, reader, signal)), now);
    }),
  );
  const rank = ({ state }: Health) => healthStates.indexOf(state);
  return { version: 1, at: new Date(now).toISOString(), entries: entries.toSorted((a, b) => rank(a) - rank(b)) };
}

async function withBackups(
  wanted: WantedEntry,
  target: TargetToRead,
  now: number,
  signal: AbortSignal | undefined,
): Promise<Health> {
  const { kind, name, account, region, freshness } = wanted;
  const health = await backupHealth(target, wanted, now, signal);
  return { kind, name, account, region, freshness, ...health, ...(health.newest && ageOf(health.newest, now)) };
}
