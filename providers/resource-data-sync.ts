import { CreateResourceDataSyncCommand, DeleteResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { trackChange, explain, isAbsent, meaningOf, targetName, recentListingTime } from "../src/aws/index.ts";
import { differencesBetween } from "./settings/differences.ts";
import { changeSource, syncMade, takeOverSync } from "./sync/existing-sync.ts";
import { Unfinished } from "./lifecycle/lifecycle.ts";
import type { Lifecycle, Work } from "./lifecycle/lifecycle.ts";
import { createdAt, findSync, idOf, stateOf, subjectOf } from "./sync/observed-sync.ts";
import type { SyncState } from "./sync/observed-sync.ts";
import { SentChange } from "./lifecycle/ownership.ts";
import { ensureAccountDiscovery } from "./sync/service-linked-role.ts";
import { describeQuota, sourceStates } from "./sync/sync-messages.ts";
import { syncFindings } from "./sync/sync-preflight.ts";
import { toRequest } from "./sync/sync-requests.ts";
import { normalise, rules } from "./settings/sync-settings.ts";
import type { SyncSettings } from "./settings/sync-settings.ts";
import { retryWhile, pollUntilFound } from "./lifecycle/waiting.ts";
import { kinds } from "../src/resources/kinds.ts";

const policyPropagationSeconds = 90;
const firstStatusSeconds = 60;
const deletionSeconds = 120;

/** How old, in milliseconds, a listing may be that tells since when the syncs of one target are there. */
const listingAgeMs = 30_000;

/**
 * An SSM resource data sync: named once in an account, Region and type, and readable only in the list of them all.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export const resourceDataSync: Lifecycle<SyncSettings, SyncState> = {
  rules,
  kind: "ResourceDataSync",
  normalise,
  idOf,

  idForm: {
    text: kinds.ResourceDataSync.idForm,
    pattern:
      /^(?<account>\d{12})\/(?<region>[a-z0-9-]+)\/(?<syncType>SyncToDestination|SyncFromSource)\/(?<syncName>.{1,64})$/,
  },

  absent: { role: null, externalId: null, s3Destination: null, syncSource: null, status: null, createdAt: null },

  subjectOf: subjectOf,

  preflight: syncFindings,

  async observe(recorded, work) {
    const item = await findSync(recorded, work, recentListingTime(recorded, recorded.syncType));
    return item && stateOf(recorded, item);
  },

  /** Changes of our own side by side in one target share the listing: none of them alters when another was created. */
  async createdAtOf(recorded, work) {
    const item = await findSync(recorded, work, Date.now() - listingAgeMs);
    if (createdAt(item) === recorded.createdAt) return recorded.createdAt;
    return createdAt(await findSync(recorded, work));
  },

  async create(desired, work) {
    if (desired.syncSource?.awsOrganizationsSource) await ensureAccountDiscovery(desired.account, work);
    const sending = new SentChange();
    try {
      const create = new CreateResourceDataSyncCommand(toRequest(desired));
      await retryWhile(
        () => trackChange(desired, desired.syncType, () => sending.watch(() => work.clients.ssm.send(create))),
        // A bucket policy takes a while to reach all of S3, and SSM tries to write before it answers.
        (error) => meaningOf(error).retried && reportWaiting(work, desired),
        { atMostSeconds: policyPropagationSeconds, signal: work.signal },
      );
    } catch (error) {
      const { kind } = meaningOf(error);
      if (kind === "quota") throw await describeQuota(explain(error, "create", subjectOf(desired)), desired, work);
      if (kind === "exists") await takeOverSync(desired, sending, work);
      else {
        const made = await syncMade(desired, sending, work);
        if (!made) throw error;
        return waitUntilSettled(desired, work, made);
      }
    }
    return waitUntilSettled(desired, work);
  },

  async update(desired, recorded, work) {
    const differences = differencesBetween(recorded, desired, { syncSource: "update" });
    if (differences.length > 0) {
      await changeSource(desired, work);
    } else if (!recorded["__unfinished"]) {
      const { status, createdAt } = recorded;
      return { ...desired, status, createdAt };
    }
    return waitUntilSettled(desired, work);
  },

  async delete(recorded, work) {
    const { syncName, syncType } = recorded;
    const remove = new DeleteResourceDataSyncCommand({ SyncName: syncName, SyncType: syncType });
    try {
      await trackChange(recorded, syncType, () => work.clients.ssm.send(remove));
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return;
    }
    work.progress.status("waiting until it is gone");
    const gone = await pollUntilFound(async () => ((await findSync(recorded, work)) ? undefined : true), {
      atMostSeconds: deletionSeconds,
      signal: work.signal,
    });
    if (!gone) {
      throw new Error(
        `${subjectOf(recorded).resource} in ${targetName(recorded)} is still listed ${deletionSeconds} s after its deletion. Run it again.`,
      );
    }
  },
};

/**
 * Waits until the sync is listed with a first status. A SyncFromSource has none, and a sync may say InProgress for ever
 * although it works: so either is enough.
 */
async function waitUntilSettled(desired: SyncSettings, work: Work, made?: ResourceDataSyncItem): Promise<SyncState> {
  work.progress.status("waiting for its first status");
  let seen = made;
  await pollUntilFound(
    async () => {
      seen = await findSync(desired, work);
      return seen?.LastStatus || (seen && desired.syncType === "SyncFromSource") ? true : undefined;
    },
    { atMostSeconds: firstStatusSeconds, signal: work.signal },
  ).catch((error: unknown) => {
    throw unfinished(explain(error, "look at", subjectOf(desired)).message, desired, seen);
  });
  const trouble = troubleOf(desired, seen);
  if (trouble) throw unfinished(trouble, desired, seen);
  return stateOf(desired, seen!);
}

function troubleOf(desired: SyncSettings, item: ResourceDataSyncItem | undefined): string | undefined {
  const { resource, account, region } = subjectOf(desired);
  const what = `${resource} in ${account}/${region}`;
  if (!item) return `${what} was created, but is not listed after ${firstStatusSeconds} s. Run it again.`;
  const state = item.SyncSource?.State ?? "";
  if (state in sourceStates) return `${what} does not collect (${state}): ${sourceStates[state]}`;
  if (item.LastStatus !== "Failed") return undefined;
  return `${what} failed: ${item.LastSyncStatusMessage ?? "AWS gives no reason"}. Look at the bucket's policy, then run it again.`;
}

function unfinished(message: string, desired: SyncSettings, item: ResourceDataSyncItem | undefined): Unfinished {
  const state = item ? stateOf(desired, item) : desired;
  return new Unfinished(message, { ...state, __unfinished: true });
}

function reportWaiting(work: Work, { s3Destination }: SyncSettings): boolean {
  work.progress.status(`SSM may not write to ${s3Destination?.bucketName} yet; waiting for its policy`);
  return true;
}
