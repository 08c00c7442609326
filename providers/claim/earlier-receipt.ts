import { readReceipt, receiptUri } from "../../src/backup/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { targetName } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { recordedClaims } from "../slot/recorded-claims.ts";
import { readRecord, recordUri, releasesIn } from "../slot/release-record.ts";
import type { Release } from "../slot/release-record.ts";
import { backupsOf } from "../slot/slot.ts";
import type { Slot } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** What a record beside backups says of the tables that have lain in a slot. */
export interface PastTables {
  /** The claim as if its backups lay there. */
  settings: TableSettings;
  /** Newest first. */
  releases: readonly Release[];
}

/**
 * Returns what is known of the tables that have lain in the slot: by the record beside this claim's own backups, or, where it has none any more,
 * by that of the claims before it. One that cannot be read is told, and holds nothing up.
 */
export async function pastTables(settings: TableSettings, { past }: Slot, work: Work): Promise<PastTables> {
  if (settings.backup !== "none") return { settings, releases: past };
  for (const { backup, backupOwner } of recordedClaims(settings).toReversed()) {
    if (backup === undefined || backup === "none") continue;
    const before = { ...settings, backup, backupOwner };
    try {
      const releases = releasesIn(await readRecord(before, backupsOf(before, work)));
      if (releases.length > 0) return { settings: before, releases };
    } catch (error) {
      if (work.signal.aborted) throw error;
      work.progress.warn(
        `which tables have lain in ${targetName(settings)} before is not known: ${recordUri(before)} cannot be read. ${(error as Error).message}`,
      );
    }
  }
  return { settings, releases: [] };
}

/**
 * Returns the receipt of the table that made room for this claim, when an earlier run dropped it and could not record that. It is for people:
 * nothing rests on it, so a backup that was cleared away keeps no claim from its slot, and it is told as the word of an earlier run. A record
 * of tables that nobody whom this claim replaces has had is history, and no part of this switch.
 */
export async function earlierReceipt(
  { settings, releases: [release] }: PastTables,
  work: Work,
): Promise<Receipt | undefined> {
  const { progress } = work;
  if (release?.receipt === undefined) return undefined;
  const { receipt: uri, tableArn, domain } = release;
  const isReplaced = recordedClaims(settings).some((claim) =>
    claim.tableArn === undefined ? claim.domain === domain : claim.tableArn === tableArn,
  );
  if (!isReplaced) return undefined;
  try {
    const receipt = await readReceipt(backupsOf(settings, work), uri);
    const { source, destination } = receipt;
    if (source.tableArn !== tableArn || receiptUri(destination.location) !== uri || !isOf(settings, receipt)) {
      throw new Error(`${uri} is the receipt of another table, or of another place.`);
    }
    progress.info(
      `The table ${tableArn} was dropped by an earlier run. The receipt of its backup is ${uri}; \`sluice verify ${destination.location}\` reads the copy back.`,
    );
    return receipt;
  } catch (error) {
    if (work.signal.aborted) throw error;
    progress.warn(`the receipt of the table that lay here before cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

function isOf(settings: TableSettings, { source: { account, region } }: Receipt): boolean {
  return targetName({ account, region }) === targetName(settings);
}
