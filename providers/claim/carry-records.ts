import { targetName } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { RecordedClaim } from "../slot/recorded-claims.ts";
import { readRecord, recordUri, releaseIn, releasesIn, writeRelease } from "../slot/release-record.ts";
import { backupsOf } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/**
 * Writes what the records of earlier places of backups say into that of the present one, so that no pointer to a backup is lost where the place
 * was moved. An earlier place that cannot be read any more is told, and holds nothing up.
 */
export async function carryRecords(
  desired: TableSettings,
  earlier: readonly RecordedClaim[],
  work: Work,
): Promise<void> {
  if (desired.backup === "none") return;
  const places = new Map(earlier.map((claim) => [claim.backup, claim]));
  for (const [backup, { backupOwner }] of places) {
    if (backup === undefined || backup === "none" || backup === desired.backup) continue;
    const before = { ...desired, backup, backupOwner };
    try {
      const store = backupsOf(desired, work);
      const record = await readRecord(before, backupsOf(before, work));
      const present = record && (await readRecord(desired, store));
      for (const release of releasesIn(record).toReversed()) {
        if (!releaseIn(present, release.tableArn)) await writeRelease(desired, store, release);
      }
    } catch (error) {
      // The pointers are for people, and must not keep an export from coming.
      if (work.signal.aborted) throw error;
      work.progress.warn(
        `the earlier backups of ${targetName(desired)} could not be carried over from ${recordUri(before)}, and are not listed beside the new ones: ${(error as Error).message}`,
      );
    }
  }
}
