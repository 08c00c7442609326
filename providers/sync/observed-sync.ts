import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { listSyncs } from "../../src/aws/index.ts";
import type { Subject } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { fromItem } from "./sync-requests.ts";
import { normalise } from "../settings/sync-settings.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

/** What is recorded of a sync. */
export interface SyncState extends SyncSettings {
  status?: string;
  createdAt?: string;
  /** The sync exists and does not work yet; the next update looks again. */
  __unfinished?: boolean;
}

/**
 * Finds the sync of exactly this name in a listing that began after `since`, in milliseconds since the epoch; `undefined` when the whole
 * list lacks it.
 */
export async function findSync(
  settings: SyncSettings,
  work: Work,
  since?: number,
): Promise<ResourceDataSyncItem | undefined> {
  const items = await listSyncs(work.clients, settings, settings.syncType, since);
  return items.find((item) => item.SyncName === settings.syncName);
}

/** Returns what is to be recorded of a sync that AWS lists. */
export function stateOf(settings: SyncSettings, item: ResourceDataSyncItem): SyncState {
  const listed = fromItem(item);
  const sharing = settings.s3Destination?.destinationDataSharing;
  if (listed.s3Destination && sharing) listed.s3Destination.destinationDataSharing = sharing;
  return {
    ...normalise({ ...settings, s3Destination: undefined, syncSource: undefined, ...listed }),
    status: item.LastStatus,
    createdAt: createdAt(item),
  };
}

/** Returns when AWS created a sync, ISO 8601; `undefined` where AWS does not tell. */
export function createdAt(item: ResourceDataSyncItem | undefined): string | undefined {
  return item?.SyncCreatedTime?.toISOString();
}

/** Returns what identifies a sync, and what AWS can hold only one of: `account/region/type/name`. */
export function idOf({ account, region, syncType, syncName }: SyncSettings): string {
  return `${account}/${region}/${syncType}/${syncName}`;
}

/** Returns what messages call a sync, and what explains the errors of its delivery. */
export function subjectOf(settings: SyncSettings): Subject {
  const { account, region, syncName, s3Destination } = settings;
  const { destinationDataSharing, ...destination } = s3Destination ?? {};
  return {
    account,
    region,
    resource: `resource data sync "${syncName}"`,
    ...(s3Destination && {
      delivery: {
        ...destination,
        bucketName: s3Destination.bucketName,
        organization: destinationDataSharing !== undefined,
      },
    }),
  };
}
