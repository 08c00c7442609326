import { ObjectAbsent, receiptUri } from "../src/backup/index.ts";
import type { ObjectStore, Receipt } from "../src/backup/index.ts";
import type { Encryption } from "../src/resources/data-export-configuration.ts";
import type { TableSettings } from "./table-settings.ts";

/** Whose table was left in a slot, at one time. */
export interface Release {
  /** The domain whose metadata the table holds; absent when nobody knew. */
  domain?: string;
  encryption: Encryption;
  /** The release speaks of this table only, never of a later one in its slot. */
  tableArn: string;
  /** When it was written, ISO 8601. */
  time: string;
  /** Where the receipt of the backup lies that was made before the table was dropped. */
  receipt?: string;
}

/** The release record of an account and Region, which tells what AWS itself does not. It lies beside the backups. */
export interface ReleaseRecord extends Release {
  version: 1;
  /** Earlier releases, newest first, so that no pointer to a backup is ever lost. */
  history?: Release[];
}

type Slot = Pick<TableSettings, "account" | "region" | "backup">;

/** Returns where the record of a slot lies; `undefined` when there are no backups. */
export function recordUri({ backup, account, region }: Slot): string | undefined {
  return backup === "none" ? undefined : `${backup}/${account}/${region}/released.json`;
}

/** Reads the record of a slot; `undefined` when there is none. A bucket that is not there is an error, not an absent record. */
export async function readRecord(slot: Slot, store: ObjectStore): Promise<ReleaseRecord | undefined> {
  const uri = recordUri(slot);
  if (uri === undefined) return undefined;
  const bytes = await store.get(uri).catch((error: unknown) => {
    if (error instanceof ObjectAbsent) return undefined;
    throw error;
  });
  return bytes && parse(Buffer.from(bytes).toString(), uri);
}

/** Writes a release on top of the slot's record, whose earlier releases are kept. */
export async function writeRelease(slot: Slot, store: ObjectStore, release: Release): Promise<void> {
  const uri = recordUri(slot);
  if (uri === undefined) return;
  const record = withRelease(await readRecord(slot, store), release);
  await store.put(uri, Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`));
}

/**
 * Returns the record with a release on top. Of one table the newer word counts, but what it does not know, the owner and the receipt, is
 * kept from the older one.
 */
export function withRelease(record: ReleaseRecord | undefined, release: Release): ReleaseRecord {
  if (!record) return { version: 1, ...release };
  const { version, history = [], ...latest } = record;
  if (latest.tableArn !== release.tableArn) return { version, ...release, history: [latest, ...history] };
  const known = {
    ...((release.domain ?? latest.domain) && { domain: release.domain ?? latest.domain }),
    ...((release.receipt ?? latest.receipt) && { receipt: release.receipt ?? latest.receipt }),
  };
  return { version, ...release, ...known, ...(history.length > 0 && { history }) };
}

/** Returns the release with the receipt of the backup, as it is written before a table is dropped. */
export function withReceipt(release: Release, receipt: Receipt): Release {
  return { ...release, receipt: receiptUri(receipt.destination.location) };
}

/** The record cannot be read as one, so nobody knows what it says. */
export class RecordDamaged extends Error {
  override name = "RecordDamaged";
}

function parse(text: string, uri: string): ReleaseRecord {
  try {
    const record = JSON.parse(text) as Partial<ReleaseRecord>;
    if (record.version === 1 && typeof record.tableArn === "string") return record as ReleaseRecord;
  } catch {
    // Not JSON: said below.
  }
  throw new RecordDamaged(
    `${uri} is no record of a released table. Move it away, then run it again; the table was not touched.`,
  );
}
