import { changing, meaningOf, targetName } from "../src/aws/index.ts";
import { UpdateResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { differencesBetween } from "./differences.ts";
import type { Work } from "./lifecycle.ts";
import { createdAt, findSync, stateOf, subjectOf } from "./observed-sync.ts";
import { foreign, sayTakenOver, unfit } from "./ownership.ts";
import type { Sending } from "./ownership.ts";
import { toSource } from "./sync-requests.ts";
import { kinds } from "../src/resources/kinds.ts";
import type { SyncSettings } from "./sync-settings.ts";
import { persist, until } from "./waiting.ts";

/** Seconds. */
const visibility = 10;
const otherUpdate = 180;

/** Takes over a sync that has the name already, if there is a ground for it, and brings it in line where AWS can. */
export async function takeOverSync(desired: SyncSettings, sending: Sending, work: Work): Promise<void> {
  const { resource } = subjectOf(desired);
  const item = await until(() => findSync(desired, work), { atMost: visibility, signal: work.signal });
  if (!item) {
    throw new Error(
      `${resource} in ${targetName(desired)} cannot be created: AWS says that the name is taken, but lists no ${desired.syncType} of it. Choose another name.`,
    );
  }
  const differences = differencesBetween(stateOf(desired, item), desired, kinds.ResourceDataSync.changes);
  const list = differences.map(({ path, recorded, desired }) => `${path} is ${say(recorded)}, not ${say(desired)}`);
  const ground = await work.ownership.groundFor(createdAt(item), sending);
  if (!ground) throw foreign(resource, targetName(desired), list.join("; "), "choose another name");
  if (differences.some(({ replaces }) => replaces)) throw unfit(resource, targetName(desired), list.join("; "));
  const sharing = desired.s3Destination?.destinationDataSharing
    ? " (AWS does not tell whether it is shared with the organization)"
    : "";
  sayTakenOver(`${resource}${sharing}`, ground, work.progress);
  if (differences.length > 0) await changeSource(desired, work);
}

/** Tells whether a create without an answer was carried out all the same. */
export async function isMade(desired: SyncSettings, sending: Sending, work: Work): Promise<boolean> {
  const item = await findSync(desired, work).catch(() => undefined);
  return item !== undefined && sending.mayHaveMade(createdAt(item));
}

/** Changes the source of a sync in place: all that AWS can change. */
export async function changeSource(desired: SyncSettings, work: Work): Promise<void> {
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
}

function say(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
