import {
  backUpInFreeLocation,
  describeSkippedLocation,
  describeProgress,
  SourceChanged,
} from "../../src/backup/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { targetName } from "../../src/aws/index.ts";
import { droppedSentence } from "./claim-sentences.ts";
import { settleFailedDrop } from "./failed-drop.ts";
import type { LeavingTable } from "./failed-drop.ts";
import { findHolders } from "../slot/configurations.ts";
import { dropTable, findTable } from "../slot/exported-table.ts";
import type { ExportedTable } from "../slot/exported-table.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { withReceipt, writeRelease } from "../slot/release-record.ts";
import type { Release } from "../slot/release-record.ts";
import { backupsOf } from "../slot/slot.ts";
import type { Slot, SlotTable } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";
import { pollUntilFound } from "../lifecycle/waiting.ts";

/** Until a dropped table must be gone. */
const disappearanceSeconds = 120;

/**
 * Backs up exactly the version of the table that was looked at, or, when that version has a backup, proves it anew against the table. What
 * lies in the backup's place and is none stays there, and the backup is made beside it.
 * @returns the receipt; `undefined` when the table has moved on meanwhile and must be looked at again
 * @throws when the copy cannot be made or does not equal the table
 */
export async function backUpTable(
  settings: TableSettings,
  { arn: tableArn, metadataLocation, versionToken, encryption }: SlotTable,
  work: Work,
): Promise<Receipt | undefined> {
  const { account, region, backup, history } = settings;
  const store = backupsOf(settings, work, encryption);
  try {
    return await backUpInFreeLocation({
      source: { account, region, tableArn, metadataLocation, versionToken },
      destination: backup,
      history,
      read: store,
      write: store,
      onProgress: (done) => work.progress.status(`backup, ${describeProgress(done)}`),
      signal: work.signal,
      onSkippedLocation: (left) => work.progress.warn(describeSkippedLocation(left)),
    });
  } catch (error) {
    if (!(error instanceof SourceChanged)) throw error;
    const now = await findTable(work.clients, settings.tableBucketArn);
    if (now?.versionToken !== versionToken || now.arn !== tableArn) return undefined;
    throw new Error(
      `The exported table of ${targetName(settings)} cannot be backed up, since a part of it is missing although it has not changed: ` +
        `${(error.cause as Error | undefined)?.message ?? error.message} The table was kept. Repair it, or ask AWS, since its ` +
        `files are theirs (${tableArn}).`,
      { cause: error },
    );
  }
}

/**
 * Backs the table up, stores where the receipt lies, and drops the version that was backed up and no other.
 * @returns the receipt; `undefined` when the table has moved on meanwhile and must be looked at again
 * @throws when a configuration holds the table, or the backup does not equal it: the table is then kept
 */
export async function backUpAndDrop(settings: TableSettings, slot: Slot, work: Work): Promise<Receipt | undefined> {
  const table = slot.table!;
  await assertFree(settings, work);
  const receipt = await backUpTable(settings, table, work);
  if (!receipt) return undefined;
  const { source, destination } = receipt;
  if (source.versionToken !== table.versionToken || source.tableArn !== table.arn) {
    throw new Error(
      `The receipt in ${destination.location} is of another version of ${table.arn}. The table was kept.`,
    );
  }
  // The receipt's place is written down first: a run that ends after the drop still finds it.
  await writeRelease(
    settings,
    backupsOf(settings, work, table.encryption),
    withReceipt(releaseBeforeDrop(slot), receipt),
  );
  if (!(await drop(settings, { ...table, receipt }, work))) return undefined;
  work.progress.info(droppedSentence(receipt));
  return receipt;
}

/**
 * Drops the version of the table that was looked at, unless a configuration holds it.
 * @returns whether it is gone, also where AWS has refused the drop or not answered it; `false` when it has moved on meanwhile
 * @throws what became of it, where it is not known to be gone
 */
export async function drop(settings: TableSettings, table: ExportedTable & LeavingTable, work: Work): Promise<boolean> {
  const { versionToken, arn } = table;
  await assertFree(settings, work);
  const now = await findTable(work.clients, settings.tableBucketArn);
  if (now && (now.versionToken !== versionToken || now.arn !== arn)) return false;
  try {
    work.progress.status("dropping the table");
    if (now && !(await dropTable(work.clients, settings.tableBucketArn, versionToken))) return false;
    await waitUntilGone(settings, arn, work);
  } catch (error) {
    await settleFailedDrop(error, settings, table, work);
  }
  return true;
}

async function waitUntilGone(settings: TableSettings, arn: string, { clients, progress, signal }: Work): Promise<void> {
  progress.status("waiting until the table is gone");
  const gone = await pollUntilFound(
    async () => ((await findTable(clients, settings.tableBucketArn))?.arn === arn ? undefined : true),
    { atMostSeconds: disappearanceSeconds, signal },
  );
  if (!gone) throw new Error(`The table is still listed ${disappearanceSeconds} s after AWS has accepted its drop.`);
}

async function assertFree(settings: TableSettings, { clients }: Work): Promise<void> {
  const [holder] = (await findHolders(clients, settings)).holders;
  if (holder === undefined) return;
  throw new Error(
    `The exported table of ${targetName(settings)} was kept: the configuration of the domain ${holder} holds it. Delete that first.`,
  );
}

/** What is known of the table's owner: what its release says, or nothing. */
function releaseBeforeDrop({ table, release }: Slot): Release {
  const time = new Date().toISOString();
  const { encryption, arn: tableArn } = table!;
  const domain = release?.tableArn === tableArn ? release.domain : undefined;
  return { ...(domain !== undefined && { domain }), encryption, tableArn, time };
}
