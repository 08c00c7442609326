import { clockAheadMs, trackChange, meaningOf, targetName } from "../../src/aws/index.ts";
import { UpdateResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { differencesBetween } from "../settings/differences.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { lastLook } from "../lifecycle/last-look.ts";
import { createdAt, findSync, stateOf, subjectOf } from "./observed-sync.ts";
import { foreignObjectError, reportTakeover, unfitObjectError } from "../lifecycle/ownership.ts";
import type { SentChange } from "../lifecycle/ownership.ts";
import { toSource } from "./sync-requests.ts";
import { kinds } from "../../src/resources/kinds.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import { retryWhile, pollUntilFound } from "../lifecycle/waiting.ts";

const visibilitySeconds = 10;
const otherUpdateSeconds = 180;

/** Takes over a sync that has the name already, if there is a ground for it, and brings it in line where AWS can. */
export async function takeOverSync(desired: SyncSettings, sending: SentChange, work: Work): Promise<void> {
  const { resource } = subjectOf(desired);
  const item = await pollUntilFound(() => findSync(desired, work), {
    atMostSeconds: visibilitySeconds,
    signal: work.signal,
  });
  if (!item) {
    throw new Error(
      `${resource} in ${targetName(desired)} cannot be created: AWS says that the name is taken, but lists no ${desired.syncType} of it. Choose another name.`,
    );
  }
  const differences = differencesBetween(stateOf(desired, item), desired, kinds.ResourceDataSync.changes);
  const list = differences.map(
    ({ path, recorded, desired }) => `${path} is ${sourceText(recorded)}, not ${sourceText(desired)}`,
  );
  const ground = await work.ownership.groundFor(createdAt(item), sending);
  if (!ground) throw foreignObjectError(resource, targetName(desired), list.join("; "), "choose another name");
  if (differences.some(({ replaces }) => replaces))
    throw unfitObjectError(resource, targetName(desired), list.join("; "));
  const sharing = desired.s3Destination?.destinationDataSharing
    ? " (AWS does not tell whether it is shared with the organization)"
    : "";
  reportTakeover(`${resource}${sharing}`, ground, work.progress);
  if (differences.length > 0) await changeSource(desired, work);
}

/**
 * Returns the sync that a create has made although no answer came, or AWS has refused it: then it has come with these very settings while the call
 * was under way. `undefined` where none is known to be its work.
 */
export async function syncMade(
  desired: SyncSettings,
  sending: SentChange,
  work: Work,
): Promise<ResourceDataSyncItem | undefined> {
  const item = await lastLook(work, (last) => findSync(desired, last));
  if (!item || sending.mayHaveMade(createdAt(item))) return item;
  const differences = differencesBetween(stateOf(desired, item), desired, kinds.ResourceDataSync.changes);
  return differences.length === 0 && sending.spans(createdAt(item), clockAheadMs(desired)) ? item : undefined;
}

/** Changes the source of a sync in place: all that AWS can change. */
export async function changeSource(desired: SyncSettings, work: Work): Promise<void> {
  const update = new UpdateResourceDataSyncCommand({
    SyncName: desired.syncName,
    SyncType: desired.syncType,
    SyncSource: toSource(desired.syncSource!),
  });
  await retryWhile(
    () => trackChange(desired, desired.syncType, () => work.clients.ssm.send(update)),
    (error) => meaningOf(error).retried,
    { atMostSeconds: otherUpdateSeconds, signal: work.signal },
  );
}

function sourceText(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
