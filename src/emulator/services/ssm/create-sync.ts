import type {
  CreateResourceDataSyncRequest,
  ResourceDataSyncS3Destination,
  ResourceDataSyncSource,
} from "@aws-sdk/client-ssm";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { organizationOf } from "../organizations/organization.ts";
import { checkDelivery } from "./delivery.ts";
import { checkSource } from "./source.ts";
import { completeSource, invalidConfiguration, syncsOf, syncType } from "./syncs.ts";
import type { Syncs, SyncType } from "./syncs.ts";

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const syncQuota = 5;

/** Creates a sync, once the destination can be written to. */
export function CreateResourceDataSync(input: CreateResourceDataSyncRequest, context: Context): Record<string, never> {
  const { world } = context;
  const type = syncType(input.SyncType) ?? "SyncToDestination";
  const name = input.SyncName ?? "";
  const syncs = syncsOf(context);
  if (input.S3Destination && input.SyncSource && world.quirk("ssm-source-and-destination") === "reject") {
    throw invalidConfiguration("Specify either S3Destination or SyncSource, not both.");
  }
  const parts = type === "SyncToDestination" ? destinationOf(input) : sourceOf(input, context);
  checkName(syncs, name, type, context);
  checkQuota(syncs, type, context);
  if (parts.destination) {
    checkSharing(syncs, parts.destination, context);
    checkDelivery(name, parts.destination, context);
  }
  const now = world.clock.now();
  syncs.live.push({ name, type, ...parts, createdAt: now, modifiedAt: now });
  return {};
}

interface Parts {
  destination?: ResourceDataSyncS3Destination;
  source?: ResourceDataSyncSource;
}

function destinationOf({ S3Destination }: CreateResourceDataSyncRequest): Parts {
  if (S3Destination) return { destination: S3Destination };
  throw invalidConfiguration("S3Destination is required for sync type SyncToDestination.");
}

function sourceOf({ SyncSource }: CreateResourceDataSyncRequest, context: Context): Parts {
  if (SyncSource === undefined) throw invalidConfiguration("SyncSource is required for sync type SyncFromSource.");
  checkSource(SyncSource, context);
  return { source: completeSource(SyncSource, context.world) };
}

function checkName(syncs: Syncs, name: string, type: SyncType, { world }: Context): void {
  const perType = world.quirk("ssm-name-scope") === "type";
  if (!syncs.live.some((sync) => sync.name === name && (!perType || sync.type === type))) return;
  throw new ServiceError("ResourceDataSyncAlreadyExistsException", "", { members: { SyncName: name } });
}

function checkQuota(syncs: Syncs, type: SyncType, { world }: Context): void {
  const shared = world.quirk("ssm-quota") === "shared";
  if (syncs.live.filter((sync) => shared || sync.type === type).length >= syncQuota) {
    throw countExceeded(`You have exceeded the allowed maximum of ${syncQuota} sync configurations.`);
  }
}

/** One organization-shared sync for each account and Region, and only inside an organization. */
function checkSharing(syncs: Syncs, destination: ResourceDataSyncS3Destination, { world, account }: Context): void {
  const sharing = destination.DestinationDataSharing?.DestinationDataSharingType;
  if (sharing === undefined) return;
  if (sharing !== "Organization") throw invalidConfiguration(`Invalid destination data sharing type: ${sharing}.`);
  if (!world.open && organizationOf(world, account) === undefined) {
    throw invalidConfiguration(`Account ${account} is not a member of an organization.`);
  }
  if (syncs.live.some((sync) => sync.destination?.DestinationDataSharing)) {
    const message = "Only one resource data sync that is shared with the organization is allowed in a Region.";
    const countsAsQuota = world.quirk("ssm-second-shared-sync") === "count-exceeded";
    throw countsAsQuota ? countExceeded(message) : invalidConfiguration(message);
  }
}

function countExceeded(message: string): ServiceError {
  return new ServiceError("ResourceDataSyncCountExceededException", message);
}
