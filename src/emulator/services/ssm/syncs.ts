import type {
  CreateResourceDataSyncRequest,
  ResourceDataSyncS3Destination,
  ResourceDataSyncSource,
} from "@aws-sdk/client-ssm";
import { ServiceError } from "../../world/handler.ts";
import type { RegionalContext } from "../../world/handler.ts";
import type { Slice, World } from "../../world/world.ts";

/** The two kinds of sync. */
export type SyncType = "SyncToDestination" | "SyncFromSource";

/** A sync as it was created or last updated. */
export interface Sync {
  name: string;
  type: SyncType;
  destination?: ResourceDataSyncS3Destination;
  source?: ResourceDataSyncSource;
  createdAt: Date;
  modifiedAt: Date;
}

/** The syncs of an account and Region, and those just deleted, which an eventually consistent listing still shows. */
export interface Syncs {
  live: Sync[];
  deleted: Array<{ sync: Sync; at: Date }>;
}

const slice: Slice<Syncs> = {
  name: "syncs",
  initial: (world, account, region) => ({ live: seeded(world, account, region), deleted: [] }),
};

/** Returns the syncs of an account and Region. */
export function syncsOf({ world, account, region }: RegionalContext): Syncs {
  return world.regional(slice, account, region);
}

/** Returns the sync of a name and, where it is given, a type. */
export function findSync({ live }: Syncs, name: string, type: SyncType | undefined): Sync | undefined {
  return live.find((sync) => sync.name === name && (type === undefined || sync.type === type));
}

/** Returns which of the two documented types a text is. The model lets any text pass. */
export function syncType(text: string | undefined): SyncType | undefined {
  if (text === undefined || text === "SyncToDestination" || text === "SyncFromSource") return text;
  throw invalidConfiguration(`Invalid sync type: ${text}. Valid values are SyncToDestination and SyncFromSource.`);
}

/** Returns the error for a sync that cannot work. */
export function invalidConfiguration(message: string): ServiceError {
  return new ServiceError("ResourceDataSyncInvalidConfigurationException", message);
}

/** Returns the error for a sync that is not there. */
export function notFound(name: string, type: SyncType): ServiceError {
  return new ServiceError("ResourceDataSyncNotFoundException", `The resource data sync ${name} was not found.`, {
    members: { SyncName: name, SyncType: type },
  });
}

/** Returns the source as it is kept: every switch has a value. */
export function completeSource(source: ResourceDataSyncSource, world: World): ResourceDataSyncSource {
  const omitted = world.quirk("ssm-omitted-switches") === "true";
  return {
    ...source,
    IncludeFutureRegions: source.IncludeFutureRegions ?? omitted,
    EnableAllOpsDataSources: source.EnableAllOpsDataSources ?? omitted,
  };
}

function seeded(world: World, account: string, region: string): Sync[] {
  const requests = [...(world.seed.accounts[account]?.regions[region]?.syncs ?? [])] as CreateResourceDataSyncRequest[];
  if (world.quirk("ssm-quick-setup-sync") === "present") requests.push(quickSetup(region));
  const at = world.clock.now();
  return requests.map((request) => ({
    name: request.SyncName ?? "",
    type: (request.SyncType ?? "SyncToDestination") as SyncType,
    destination: request.S3Destination,
    source: request.SyncSource,
    createdAt: at,
    modifiedAt: at,
  }));
}

/** Quick Setup enables Explorer; whether and how that shows is not documented. */
function quickSetup(region: string): CreateResourceDataSyncRequest {
  return {
    SyncName: "AWS-QuickSetup-Explorer-do-not-delete",
    SyncType: "SyncFromSource",
    SyncSource: {
      SourceType: "SingleAccountMultiRegions",
      SourceRegions: [region],
      IncludeFutureRegions: true,
      EnableAllOpsDataSources: true,
    },
  };
}
