import { ObjectAbsent, receiptUri } from "../src/backup/index.ts";
import type { ObjectStore, Receipt } from "../src/backup/index.ts";
import type { Encryption } from "../src/resources/data-export-configuration.ts";
import type { TableSettings } from "./table-settings.ts";

/** Whose table was left in an account's and Region's place: what AWS itself does not tell. It lies beside the backups. */
export interface ReleaseRecord {
  version: 1;
  /** The domain whose metadata the table holds; absent when nobody knew. */
  domain?: string;
  encryption: Encryption;
  /** The record speaks of this table only, never of a later one in its place. */
  tableArn: string;
  /** When the table was released, ISO 8601. */
  time: string;
  /** Where the receipt of the backup lies that was made before the table was dropped. */
  receipt?: string;
}

/** Where the record of a place lies; `undefined` when there are no backups. */
function recordUri({ backup, account, region }: TableSettings): string | undefined {
  return backup === "none" ? undefined : `${backup}/${account}/${region}/released.json`;
}

/** The record of a place; `undefined` when there is none. */
export async function readRecord(settings: TableSettings, store: ObjectStore): Promise<ReleaseRecord | undefined> {
  const uri = recordUri(settings);
  if (uri === undefined) return undefined;
  const bytes = await store.get(uri).catch((error: unknown) => {
    if (error instanceof ObjectAbsent) return undefined;
    throw error;
  });
  return bytes && parse(Buffer.from(bytes).toString(), uri);
}

export async function writeRecord(settings: TableSettings, store: ObjectStore, record: ReleaseRecord): Promise<void> {
  const uri = recordUri(settings);
  if (uri !== undefined) await store.put(uri, Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`));
}

/** The record with the receipt of the backup, as it is written before a table is dropped. */
export function withReceipt(record: ReleaseRecord, receipt: Receipt): ReleaseRecord {
  return { ...record, receipt: receiptUri(receipt.destination.location) };
}

function parse(text: string, uri: string): ReleaseRecord {
  try {
    const record = JSON.parse(text) as Partial<ReleaseRecord>;
    if (record.version === 1 && typeof record.tableArn === "string") return record as ReleaseRecord;
  } catch {
    // Not JSON: said below.
  }
  throw new Error(
    `${uri} is no record of a released table. Move it away, then run it again; the table was not touched.`,
  );
}
