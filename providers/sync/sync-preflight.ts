import { isDeepStrictEqual } from "node:util";
import { listSyncs, targetName, recentListingTime } from "../../src/aws/index.ts";
import { deliveryFindings } from "./delivery-preflight.ts";
import { differencesBetween } from "../settings/differences.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { createdAt, findSync, idOf, stateOf, subjectOf } from "./observed-sync.ts";
import { organizationFindings } from "./organization-preflight.ts";
import { interruptedTakeover, SentChange, takeoverCure } from "../lifecycle/ownership.ts";
import { replacementPermissionFindings } from "../access/permission-preflight.ts";
import { serviceOwning } from "./sync-messages.ts";
import { kinds } from "../../src/resources/kinds.ts";
import { syncToBeReplaced, withUnknownsThatStop } from "./sync-replacement.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

/** The most syncs of one type that an account has in a Region. */
const syncQuota = 5;

/** Finds what would keep AWS from taking this sync. Reads only. */
export async function syncFindings(
  desired: SyncSettings,
  recorded: SyncSettings | undefined,
  work: Work,
): Promise<Finding[]> {
  const isNew = recorded === undefined || idOf(recorded) !== idOf(desired);
  const replaced = await syncToBeReplaced(desired, recorded, work);
  const found = await Promise.all([
    isNew ? existingFindings(desired, replaced, work) : changeFindings(desired, recorded, work),
    deliveryFindings(desired, work),
    organizationFindings(desired, work),
  ]);
  if (!replaced) return found.flat();
  const permissions = await replacementPermissionFindings(desired, replaced, work);
  const judged = work.isPlanJudged === true ? found.flat() : withUnknownsThatStop(found.flat(), desired, replaced);
  return [...judged, ...permissions];
}

/** Finds whether a sync that is to be changed in place is there; a change of what AWS is not told of needs none. */
async function changeFindings(desired: SyncSettings, recorded: SyncSettings, work: Work): Promise<Finding[]> {
  if (work.isInPlace !== true || isDeepStrictEqual(recorded.syncSource, desired.syncSource)) return [];
  if (await findSync(desired, work, recentListingTime(desired, desired.syncType))) return [];
  const { resource } = subjectOf(desired);
  const message = `By the state ${resource} is in ${targetName(desired)} and is to be changed; by AWS it is not there.`;
  const cure = "If the state is an older one, restore the newest; else `sluice up --refresh` makes the sync anew.";
  return [{ code: "state-outdated", severity: "error", property: "syncName", message, cure }];
}

/** Finds whether the syncs that a plan adds to one account and Region would be more than AWS takes there. */
export async function quotaFindings(added: readonly SyncSettings[], work: Work): Promise<Finding[]> {
  const [first] = added;
  if (!first) return [];
  const { syncType } = first;
  const there = await listSyncs(work.clients, first, syncType, recentListingTime(first, syncType));
  const names = new Set(there.map(({ SyncName = "" }) => SyncName));
  const more = added.filter(({ syncName }) => !names.has(syncName));
  if (more.length === 0 || names.size + more.length <= syncQuota) return [];
  const used = [...names].toSorted().map((name) => `${name}${serviceOwning(name) ? ` (${serviceOwning(name)})` : ""}`);
  return [
    {
      code: "sync-quota",
      severity: "error",
      property: "syncName",
      message: `${targetName(first)} has ${names.size} syncs of the type ${syncType}${used.length > 0 ? `: ${used.join(", ")}` : ""}; ${more.length} more would be over AWS's ${syncQuota}.`,
      cure: "Remove one that is not needed any more, or add fewer; those of AWS itself are not ours to remove.",
    },
  ];
}

/**
 * Finds what stands against the sharing of new syncs with the organization: AWS takes one shared sync in an account and Region, and tells of
 * none whether it is shared. What the stack has recorded is known; of others it is not.
 * @param recorded those of the same account and Region that the stack has recorded as shared
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export async function sharingFindings(
  added: readonly SyncSettings[],
  recorded: readonly string[],
  known: readonly string[],
  work: Work,
): Promise<Finding[]> {
  const shared = added.find(({ s3Destination }) => s3Destination?.destinationDataSharing);
  if (!shared) return [];
  const code = "shared-sync-exists";
  const property = "s3Destination.destinationDataSharing";
  const target = targetName(shared);
  const other = recorded.find((name) => name !== shared.syncName);
  if (other !== undefined) {
    const message = `The sync ${other} of ${target} is shared with the organization until this plan has changed it, and AWS allows one; ${shared.syncName} would be a second.`;
    const cure = `Take \`share\` from ${other}, or remove it, in a deployment of its own; then share ${shared.syncName}.`;
    return [{ code, severity: "error", property, message, cure }];
  }
  const there = await listSyncs(work.clients, shared, shared.syncType, recentListingTime(shared, shared.syncType));
  const foreign = there
    .map(({ SyncName = "" }) => SyncName)
    .filter((name) => name !== shared.syncName && !known.includes(name) && !serviceOwning(name))
    .toSorted();
  if (foreign.length === 0) return [];
  const message = `${target} has syncs of others (${foreign.join(", ")}); if one is shared with the organization, which AWS does not tell, it refuses to share ${shared.syncName}.`;
  const cure = "Look whose they are; AWS allows one shared sync in an account and Region.";
  const isRunning = there.some(({ SyncName }) => SyncName === shared.syncName);
  if (!isRunning || !known.includes(shared.syncName) || recorded.includes(shared.syncName))
    return [{ code, severity: "warning", property, message, cure }];
  // It runs unshared, and would be deleted for one that AWS may refuse.
  const way =
    "Where that cannot be told, leave this entry as it was, add the shared one under another key, run up, and take this entry out then.";
  return [{ code, severity: "error", property, message, cure: `${cure} ${way}` }];
}

async function existingFindings(
  desired: SyncSettings,
  replaced: SyncSettings | undefined,
  work: Work,
): Promise<Finding[]> {
  const item = await findSync(desired, work, recentListingTime(desired, desired.syncType));
  if (!item)
    return replaced?.syncName === desired.syncName ? [] : namesakeFindings(desired, replaced !== undefined, work);
  const ground = await work.ownership.groundFor(createdAt(item), new SentChange());
  const { resource } = subjectOf(desired);
  const differences = differencesBetween(stateOf(desired, item), desired, kinds.ResourceDataSync.changes);
  const unequal = differences.map(({ path }) => path).join(", ");
  const property = "syncName";
  const like = unequal ? `with other settings (${unequal})` : "with the same settings";
  if (ground === "interrupted" && !differences.some(({ replaces }) => replaces)) {
    const message = `${resource} exists in ${targetName(desired)} ${like}. ${interruptedTakeover(createdAt(item))}`;
    return [{ code: "sync-exists", severity: "warning", property, message, cure: takeoverCure }];
  }
  if (ground === "adopt" && !differences.some(({ replaces }) => replaces)) {
    const message = `${resource} exists in ${targetName(desired)} ${like}, and will be taken over.`;
    return [{ code: "sync-exists", severity: "warning", property, message, cure: takeoverCure }];
  }
  return [
    {
      code: "sync-exists",
      severity: "error",
      property,
      message: `${resource} exists in ${targetName(desired)} ${like}, and nothing says that this stack made it.`,
      cure: ground
        ? "Write the settings that it has, run up, and change them afterwards."
        : "Take it over with `adopt: true` in its entry, or `sluice up --adopt`; or choose another name.",
    },
  ];
}

/** Whether a name is free where only a sync of the other type has it, AWS does not document: no running sync is deleted to try it. */
async function namesakeFindings(desired: SyncSettings, isReplacement: boolean, work: Work): Promise<Finding[]> {
  const other = desired.syncType === "SyncToDestination" ? "SyncFromSource" : "SyncToDestination";
  const items = await listSyncs(work.clients, desired, other, recentListingTime(desired, other));
  if (!items.some(({ SyncName }) => SyncName === desired.syncName)) return [];
  const message = `${targetName(desired)} has a sync of the type ${other} with the name ${desired.syncName}; AWS may refuse another of that name.`;
  const severity = isReplacement ? "error" : "warning";
  return [{ code: "sync-exists", severity, property: "syncName", message, cure: "Choose another name." }];
}
