import {
  CreateResourceDataSyncCommand,
  DeleteResourceDataSyncCommand,
  UpdateResourceDataSyncCommand,
} from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { changing, explain, isAbsent, listSyncs, meaningOf, placeOf as place, recently } from "../src/aws/index.ts";
import type { Place } from "../src/aws/index.ts";
import { differencesBetween } from "./differences.ts";
import { Unfinished } from "./lifecycle.ts";
import type { Lifecycle, Work } from "./lifecycle.ts";
import { ensureAccountDiscovery } from "./service-linked-role.ts";
import { describeQuota, sourceStates } from "./sync-messages.ts";
import { fromItem, toRequest, toSource } from "./sync-requests.ts";
import { changes, normalise, rules } from "./sync-settings.ts";
import type { SyncSettings } from "./sync-settings.ts";
import { persist, until } from "./waiting.ts";

/** What is recorded of a sync. */
export interface SyncState extends SyncSettings {
  status?: string;
  createdAt?: string;
  /** The sync exists and does not work yet; the next update looks again. */
  __unfinished?: boolean;
}

/** Seconds. */
const policyPropagation = 90;
const firstStatus = 60;
const visibility = 10;
const otherUpdate = 180;
const deletion = 120;

/**
 * An SSM resource data sync: named once in an account, Region and type, and readable only in the list of them all.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export const resourceDataSync: Lifecycle<SyncSettings, SyncState> = {
  rules,
  changes,
  normalise,
  idOf: ({ account, region, syncType, syncName }) => `${account}/${region}/${syncType}/${syncName}`,

  locate(id) {
    const [account, region, syncType, ...name] = id.split("/");
    return { account, region, syncType, syncName: name.join("/") };
  },

  placeOf: whereIs,

  async observe(recorded, work) {
    const item = await find(recorded, work, recently(recorded, recorded.syncType));
    return item && stateOf(recorded, item);
  },

  async create(desired, work) {
    if (desired.syncSource?.awsOrganizationsSource) await ensureAccountDiscovery(desired.account, work);
    try {
      const create = new CreateResourceDataSyncCommand(toRequest(desired));
      await persist(
        () => changing(desired, desired.syncType, () => work.clients.ssm.send(create)),
        // A bucket policy takes a while to reach all of S3, and SSM tries to write before it answers.
        (error) => meaningOf(error).retried && sayWaiting(work, desired),
        { atMost: policyPropagation, signal: work.signal },
      );
    } catch (error) {
      const { kind } = meaningOf(error);
      if (kind === "quota") throw await describeQuota(explain(error, "create", whereIs(desired)), desired, work);
      if (kind !== "exists") throw error;
      await assertOurs(desired, work);
    }
    return settled(desired, work);
  },

  async update(desired, recorded, work) {
    const differences = differencesBetween(recorded, desired, { syncSource: "update" });
    if (differences.length > 0) {
      const update = new UpdateResourceDataSyncCommand({
        SyncName: desired.syncName,
        SyncType: desired.syncType,
        SyncSource: toSource(desired.syncSource!),
      });
      await persist(
        () => changing(desired, desired.syncType, () => work.clients.ssm.send(update)),
        (error) => meaningOf(error).retried,
        { atMost: otherUpdate, signal: work.signal },
      );
    } else if (!recorded["__unfinished"]) {
      const { status, createdAt } = recorded;
      return { ...desired, status, createdAt };
    }
    return settled(desired, work);
  },

  async delete(recorded, work) {
    const { syncName, syncType } = recorded;
    const remove = new DeleteResourceDataSyncCommand({ SyncName: syncName, SyncType: syncType });
    try {
      await changing(recorded, syncType, () => work.clients.ssm.send(remove));
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return;
    }
    work.progress.status("waiting until it is gone");
    const gone = await until(async () => ((await find(recorded, work)) ? undefined : true), {
      atMost: deletion,
      signal: work.signal,
    });
    if (!gone) {
      throw new Error(
        `${whereIs(recorded).resource} in ${place(recorded)} is still listed ${deletion} s after its deletion. Run it again.`,
      );
    }
  },
};

/** The sync of exactly this name, from a listing that began at `since` or later; `undefined` when the whole list lacks it. */
async function find(settings: SyncSettings, work: Work, since?: number): Promise<ResourceDataSyncItem | undefined> {
  const items = await listSyncs(work.clients, settings, settings.syncType, since);
  return items.find((item) => item.SyncName === settings.syncName);
}

function stateOf(settings: SyncSettings, item: ResourceDataSyncItem): SyncState {
  const told = fromItem(item);
  const sharing = settings.s3Destination?.destinationDataSharing;
  if (told.s3Destination && sharing) told.s3Destination.destinationDataSharing = sharing;
  return {
    ...normalise({ ...settings, s3Destination: undefined, syncSource: undefined, ...told }),
    status: item.LastStatus,
    createdAt: item.SyncCreatedTime?.toISOString(),
  };
}

/**
 * Waits until the sync is listed with a first status. A SyncFromSource has none, and a sync may say InProgress for ever
 * although it works: so either is enough.
 */
async function settled(desired: SyncSettings, work: Work): Promise<SyncState> {
  work.progress.status("waiting for its first status");
  let seen: ResourceDataSyncItem | undefined;
  await until(
    async () => {
      seen = await find(desired, work);
      return seen?.LastStatus || (seen && desired.syncType === "SyncFromSource") ? true : undefined;
    },
    { atMost: firstStatus, signal: work.signal },
  ).catch((error: unknown) => {
    throw unfinished(explain(error, "look at", whereIs(desired)).message, desired, seen);
  });
  const trouble = troubleOf(desired, seen);
  if (trouble) throw unfinished(trouble, desired, seen);
  return stateOf(desired, seen!);
}

function troubleOf(desired: SyncSettings, item: ResourceDataSyncItem | undefined): string | undefined {
  const { resource, account, region } = whereIs(desired);
  const what = `${resource} in ${account}/${region}`;
  if (!item) return `${what} was created, but is not listed after ${firstStatus} s. Run it again.`;
  const state = item.SyncSource?.State ?? "";
  if (state in sourceStates) return `${what} does not collect (${state}): ${sourceStates[state]}`;
  if (item.LastStatus !== "Failed") return undefined;
  return `${what} failed: ${item.LastSyncStatusMessage ?? "AWS gives no reason"}. Look at the bucket's policy, then run it again.`;
}

function unfinished(message: string, desired: SyncSettings, item: ResourceDataSyncItem | undefined): Unfinished {
  const state = item ? stateOf(desired, item) : desired;
  return new Unfinished(message, { ...state, __unfinished: true });
}

/** A sync of this name exists: it is ours when its settings are the desired ones, as after a crash between AWS's deed and its answer. */
async function assertOurs(desired: SyncSettings, work: Work): Promise<void> {
  const { resource } = whereIs(desired);
  const item = await until(() => find(desired, work), { atMost: visibility, signal: work.signal });
  if (!item) {
    throw new Error(
      `${resource} in ${place(desired)} cannot be created: AWS says that the name is taken, but lists no ${desired.syncType} of it. Choose another name.`,
    );
  }
  const differences = differencesBetween(stateOf(desired, item), desired, changes);
  if (differences.length > 0) {
    const list = differences.map(({ path, recorded, desired }) => `${path} is ${say(recorded)}, not ${say(desired)}`);
    throw new Error(
      `${resource} exists in ${place(desired)} and is not in this stack. It was left as it is: ${list.join("; ")}. ` +
        "To take it over, write these settings, run up, and change them afterwards; or choose another name.",
    );
  }
  const sharing = desired.s3Destination?.destinationDataSharing
    ? " AWS does not tell whether it is shared with the organization."
    : "";
  work.progress.warn(`${resource} existed with the same settings and was taken over.${sharing}`);
}

function sayWaiting(work: Work, { s3Destination }: SyncSettings): boolean {
  work.progress.status(`SSM may not write to ${s3Destination?.bucketName} yet; waiting for its policy`);
  return true;
}

function say(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

function whereIs(settings: SyncSettings): Place {
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
