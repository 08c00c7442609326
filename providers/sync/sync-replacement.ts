import { isDeepStrictEqual } from "node:util";
import { recentListingTime, targetName } from "../../src/aws/index.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { findSync, stateOf, subjectOf } from "./observed-sync.ts";
import type { SyncState } from "./observed-sync.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

/**
 * Finds the sync that a change of `recorded` would delete before it makes another one; `undefined` where nothing is deleted, be it that the
 * change is made in place, or that a run that failed halfway has deleted it already.
 */
export async function syncToBeReplaced(
  desired: SyncSettings,
  recorded: SyncSettings | undefined,
  work: Work,
): Promise<SyncState | undefined> {
  if (recorded === undefined || work.isInPlace === true) return undefined;
  // Elsewhere it cannot be looked at with these clients, and is taken to be there.
  if (targetName(recorded) !== targetName(desired)) return recorded;
  const item = await findSync(recorded, work, recentListingTime(recorded, recorded.syncType));
  return item && stateOf(recorded, item);
}

/**
 * Judges what was found of a sync for which a running one is deleted first: what may not be read is no warning then but a reason to leave
 * everything as it is, unless the running sync itself shows that AWS takes it.
 */
export function withUnknownsThatStop(
  findings: readonly Finding[],
  desired: SyncSettings,
  running: SyncState,
): Finding[] {
  const { resource } = subjectOf(running);
  const way =
    `The running ${resource} is not deleted for one that may not come. Where it cannot be known, have the new one first: leave ` +
    "this entry as it was, and add the new one under another key, with another `name` if one is written (in a program: another resource name and " +
    "syncName); run up, and take this entry out once `sluice status` tells that the new one delivers.";
  return findings.map((finding) =>
    finding.code !== "unknown" || finding.severity === "error" || isShown(finding, desired, running)
      ? finding
      : { ...finding, severity: "error", cure: [finding.cure, way].join(" ") },
  );
}

/** What works for the running sync works for another one with the same. */
function isShown({ property }: Finding, desired: SyncSettings, running: SyncState): boolean {
  if (targetName(running) !== targetName(desired) || running.status === "Failed") return false;
  if (property === "s3Destination.awsKmsKeyArn") {
    return running.s3Destination?.awsKmsKeyArn === desired.s3Destination?.awsKmsKeyArn;
  }
  // A policy may name the prefix, which a warning tells; that SSM delivers to the bucket is shown.
  if (property.startsWith("s3Destination"))
    return isDeepStrictEqual(withoutPrefix(running.s3Destination), withoutPrefix(desired.s3Destination));
  return isDeepStrictEqual(running.syncSource?.awsOrganizationsSource, desired.syncSource?.awsOrganizationsSource);
}

function withoutPrefix(destination: SyncSettings["s3Destination"]): object {
  return { ...destination, prefix: undefined };
}
