import { readReceipt, receiptUri } from "../../src/backup/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { targetName } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { recordedClaims } from "../slot/recorded-claims.ts";
import { backupsOf } from "../slot/slot.ts";
import type { Slot } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/**
 * Returns the receipt of the table that made room for this claim, when an earlier run dropped it and could not record that. It is for people:
 * nothing rests on it, so a backup that was cleared away keeps no claim from its slot, and it is told as the word of an earlier run. A record
 * of tables that nobody whom this claim replaces has had is history, and no part of this switch.
 */
export async function earlierReceipt(
  settings: TableSettings,
  { past: [release] }: Slot,
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
