import { setTimeout as sleep } from "node:timers/promises";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import type { Clients } from "./clients.ts";
import { targetName } from "./connection.ts";
import type { Connection } from "./connection.ts";

/** The most that AWS gives in one page. */
const pageSize = 50;

/** How long after a change the next listing begins, in milliseconds: the changes that follow right behind share it. */
const gatheringMs = 10;

/** How long it waits for changes that are still under way, in milliseconds. */
const longestWaitMs = 2_000;

/** Within one deployment, what was listed this long ago is still told to those who only look. */
const recentListingMs = 30_000;

interface Listings {
  /** The newest listing that has begun, and when, in milliseconds since the epoch. */
  newest?: { began: number; items: Promise<ResourceDataSyncItem[]> };
  /** The one that begins when the newest has ended. */
  next?: Promise<ResourceDataSyncItem[]>;
  /** When something was last changed here by ourselves. */
  changed: number;
  /** Our own changes that are under way here. */
  changes: Set<Promise<unknown>>;
}

const targets = new Map<string, Listings>();

/**
 * Lists all syncs of one type in the connection's account and Region, from a listing that began after `since`, in milliseconds since the
 * epoch. Whoever asks before the next listing begins shares it, so that n waits in one target cost one listing a round.
 */
export async function listSyncs(
  clients: Clients,
  connection: Connection,
  syncType: string,
  since = Date.now(),
): Promise<ResourceDataSyncItem[]> {
  const listings = listingsOf(connection, syncType);
  const { newest } = listings;
  if (newest && newest.began > since) return newest.items;
  listings.next ??= begin(listings, () => pages(clients, syncType));
  return listings.next;
}

/**
 * Returns the moment, in milliseconds since the epoch, from which on a listing is recent enough for a refresh: n syncs in one target then
 * cost one listing.
 */
export function recentListingTime(connection: Connection, syncType: string): number {
  return Math.max(Date.now() - recentListingMs, listingsOf(connection, syncType).changed);
}

/** Forgets what was listed: another run begins in this process. */
export function forgetListings(): void {
  targets.clear();
}

/**
 * Makes a change of our own. No listing from before its end is taken for the present; the next listing waits for all that
 * are under way, so that changes side by side in one target share it.
 */
export async function trackChange<T>(connection: Connection, syncType: string, change: () => Promise<T>): Promise<T> {
  const listings = listingsOf(connection, syncType);
  const running = change();
  listings.changes.add(running);
  try {
    return await running;
  } finally {
    listings.changes.delete(running);
    listings.changed = Date.now();
  }
}

function listingsOf(connection: Connection, syncType: string): Listings {
  const key = `${targetName(connection)} ${connection.role ?? ""} ${syncType}`;
  let listings = targets.get(key);
  if (!listings) targets.set(key, (listings = { changed: 0, changes: new Set() }));
  return listings;
}

async function begin(listings: Listings, list: () => Promise<ResourceDataSyncItem[]>): Promise<ResourceDataSyncItem[]> {
  await listings.newest?.items.catch(() => {});
  if (listings.changes.size > 0) {
    await Promise.race([Promise.allSettled(listings.changes), sleep(longestWaitMs, undefined, { ref: false })]);
  }
  await sleep(Math.max(0, listings.changed + gatheringMs - Date.now()));
  listings.next = undefined;
  const newest = { began: Date.now(), items: list() };
  listings.newest = newest;
  newest.items.catch(() => listings.newest === newest && (listings.newest = undefined));
  return newest.items;
}

async function pages(clients: Clients, syncType: string): Promise<ResourceDataSyncItem[]> {
  const items: ResourceDataSyncItem[] = [];
  let token: string | undefined;
  do {
    const answer = await clients.ssm.send(
      new ListResourceDataSyncCommand({ SyncType: syncType, MaxResults: pageSize, NextToken: token }),
    );
    items.push(...(answer.ResourceDataSyncItems ?? []));
    token = answer.NextToken || undefined;
  } while (token);
  return items;
}
