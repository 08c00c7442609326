import { backUp, describeProgress, readReceipt, s3ObjectStore, SourceChanged } from "../src/backup/index.ts";
import type { ObjectStore, Receipt } from "../src/backup/index.ts";
import { isAbsent, placeOf } from "../src/aws/index.ts";
import { findHolders } from "./configurations.ts";
import type { Evidence } from "./evidence.ts";
import { dropTable, encryptionOf, findTable } from "./exported-table.ts";
import type { ExportedTable } from "./exported-table.ts";
import type { Work } from "./lifecycle.ts";
import { readRecord, withReceipt, writeRecord } from "./release-record.ts";
import type { ReleaseRecord } from "./release-record.ts";
import type { TableSettings } from "./table-settings.ts";
import { until } from "./waiting.ts";

/** What was found, with the version of the table that it speaks of. */
export interface Look extends Evidence {
  table?: ExportedTable & { encryption: ReleaseRecord["encryption"] };
}

/** Seconds until a dropped table must be gone. */
const disappearance = 120;

/** The backups as this account's role reads and writes them. */
export function backupsOf({ clients }: Work): ObjectStore {
  return s3ObjectStore(clients.s3());
}

/** Everything that tells whose table lies in the place. A refusal to tell is thrown, and so never taken for "nobody". */
export async function look(settings: TableSettings, work: Work): Promise<Look> {
  const { clients } = work;
  const [holders, table, release] = await Promise.all([
    findHolders(clients, settings.domain),
    lookAtTable(settings, work),
    readRecord(settings, backupsOf(work)),
  ]);
  return { holders, table, release };
}

/** The table in the place with its encryption; `undefined` when there is none. */
export async function lookAtTable(settings: TableSettings, { clients }: Work): Promise<Look["table"]> {
  const table = await findTable(clients, settings.tableBucketArn);
  if (!table) return undefined;
  try {
    return { ...table, encryption: await encryptionOf(clients, settings.tableBucketArn) };
  } catch (error) {
    // It was dropped between the two questions.
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Backs up exactly the version of the table that was looked at, stores the receipt, and drops that version and no other.
 * @returns the receipt; `undefined` when the table has moved on meanwhile and must be looked at again
 * @throws when a configuration holds the table, or the backup cannot be verified: the table is then kept
 */
export async function backUpAndDrop(settings: TableSettings, found: Look, work: Work): Promise<Receipt | undefined> {
  const table = found.table!;
  const store = backupsOf(work);
  const receipt = await copy(settings, table, work).catch((error: unknown) => {
    if (error instanceof SourceChanged) return undefined;
    throw error;
  });
  if (!receipt) return undefined;
  const stored = await readReceipt(store, receipt.destination.location);
  if (stored.source.versionToken !== table.versionToken || stored.source.tableArn !== table.arn) {
    throw new Error(
      `The receipt in ${stored.destination.location} is of another version of ${table.arn}. The table was kept.`,
    );
  }
  // The receipt's place is written down first: a run that ends after the drop still finds it.
  await writeRecord(settings, store, withReceipt(recordOf(found), stored));
  return (await drop(settings, table, work)) ? stored : undefined;
}

/**
 * Drops the version of the table that was looked at, unless a configuration holds it.
 * @returns whether it is gone; `false` when it has moved on meanwhile
 */
export async function drop(
  settings: TableSettings,
  { versionToken, arn }: ExportedTable,
  work: Work,
): Promise<boolean> {
  const { clients, progress, signal } = work;
  const [holder] = await findHolders(clients, settings.domain);
  if (holder !== undefined) {
    throw new Error(
      `The exported table of ${placeOf(settings)} was kept: the configuration of the domain ${holder} holds it. Delete that first.`,
    );
  }
  const now = await findTable(clients, settings.tableBucketArn);
  if (now && (now.versionToken !== versionToken || now.arn !== arn)) return false;
  progress.status("dropping the table");
  if (now && !(await dropTable(clients, settings.tableBucketArn, versionToken))) return false;
  progress.status("waiting until the table is gone");
  const gone = await until(
    async () => ((await findTable(clients, settings.tableBucketArn))?.arn === arn ? undefined : true),
    {
      atMost: disappearance,
      signal,
    },
  );
  if (!gone) throw new Error(`The table ${arn} is still there ${disappearance} s after it was dropped. Run it again.`);
  return true;
}

/** What is known of the table's owner: what its release says, or nothing. */
function recordOf({ table, release }: Look): ReleaseRecord {
  if (release?.tableArn === table!.arn) return release;
  return { version: 1, encryption: table!.encryption, tableArn: table!.arn, time: new Date().toISOString() };
}

function copy(settings: TableSettings, table: ExportedTable, { clients, progress, signal }: Work): Promise<Receipt> {
  const { account, region, backup, history } = settings;
  const { arn: tableArn, metadataLocation, versionToken } = table;
  const store = s3ObjectStore(clients.s3());
  return backUp({
    source: { account, region, tableArn, metadataLocation, versionToken },
    destination: backup,
    history,
    read: store,
    write: store,
    onProgress: (done) => progress.status(`backup, ${describeProgress(done)}`),
    signal,
  });
}
