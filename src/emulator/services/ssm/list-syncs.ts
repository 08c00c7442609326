import type {
  ListResourceDataSyncRequest,
  ListResourceDataSyncResult,
  ResourceDataSyncItem,
  ResourceDataSyncS3Destination,
} from "@aws-sdk/client-ssm";
import { pageOf } from "../../world/pages.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { deliveryProblem } from "./delivery.ts";
import { stateOf } from "./source.ts";
import { syncsOf, syncType } from "./syncs.ts";
import type { Sync, Syncs } from "./syncs.ts";

/** How long a first sync takes, and how far an eventually consistent listing lags. */
const firstSyncMs = 2_000;
const listingLagMs = 1_000;
/** A running sync repeats; the listing tells the last round. */
const roundMs = 30 * 60 * 1000;

/** Lists the syncs of an account and Region with their status. */
export function ListResourceDataSync(input: ListResourceDataSyncRequest, context: Context): ListResourceDataSyncResult {
  const type =
    syncType(input.SyncType) ??
    (context.world.quirk("ssm-list-without-type") === "destination" ? "SyncToDestination" : undefined);
  const shown = visible(syncsOf(context), context).filter((sync) => type === undefined || sync.type === type);
  const { page, next } = pageOf(shown, {
    token: input.NextToken,
    size: input.MaxResults ?? 50,
    key: (sync) => `${sync.name}/${sync.type}`,
    invalidToken: () => new ServiceError("InvalidNextToken", "The specified token isn't valid."),
  });
  return { ResourceDataSyncItems: page.map((sync) => itemOf(sync, context)), NextToken: next };
}

function visible({ live, deleted }: Syncs, { world }: Context): Sync[] {
  if (world.quirk("ssm-consistency") === "immediate") return live;
  const horizon = world.clock.now().getTime() - listingLagMs;
  const seen = live.filter((sync) => sync.createdAt.getTime() <= horizon);
  const deletedButListed = deleted.filter(
    ({ sync, at }) => at.getTime() > horizon && !seen.some((other) => same(other, sync)),
  );
  return [...seen, ...new Map(deletedButListed.map(({ sync }) => [`${sync.name}/${sync.type}`, sync])).values()];
}

function same(a: Sync, b: Sync): boolean {
  return a.name === b.name && a.type === b.type;
}

function itemOf(sync: Sync, context: Context): ResourceDataSyncItem {
  const { source, destination } = sync;
  return {
    SyncName: sync.name,
    SyncType: sync.type,
    ...(source && { SyncSource: { ...source, State: stateOf(source, context) } }),
    ...(destination && { S3Destination: readable(destination), ...statusOf(sync, destination, context) }),
    SyncCreatedTime: sync.createdAt,
    SyncLastModifiedTime: sync.modifiedAt,
  };
}

/** AWS never tells whether a destination is shared with the organization. */
function readable(destination: ResourceDataSyncS3Destination): ResourceDataSyncS3Destination {
  return { ...destination, DestinationDataSharing: undefined };
}

function statusOf(
  sync: Sync,
  destination: ResourceDataSyncS3Destination,
  context: Context,
): Partial<ResourceDataSyncItem> {
  const { world } = context;
  const age = world.clock.now().getTime() - sync.createdAt.getTime();
  if (age < firstSyncMs) return { LastStatus: "InProgress", LastSyncTime: sync.createdAt };
  const rounds = Math.floor((age - firstSyncMs) / roundMs);
  const last = new Date(sync.createdAt.getTime() + firstSyncMs + rounds * roundMs);
  if (world.quirk("ssm-status") === "stuck") return { LastStatus: "InProgress", LastSyncTime: last };
  const problem = deliveryProblem(sync.name, destination, context);
  if (problem) return { LastStatus: "Failed", LastSyncStatusMessage: problem.message, LastSyncTime: last };
  return {
    LastStatus: "Successful",
    LastSyncStatusMessage: "The sync was successfully completed",
    LastSyncTime: last,
    LastSuccessfulSyncTime: last,
  };
}
