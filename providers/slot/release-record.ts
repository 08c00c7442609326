import { z } from "zod";
import { ObjectAbsent, receiptUri, updateObject } from "../../src/backup/index.ts";
import type { ObjectStore, Receipt } from "../../src/backup/index.ts";
import type { Encryption } from "../../src/resources/data-export-configuration.ts";
import { domainPattern } from "../settings/export-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** Whose table was left in a slot, at one time. */
export interface Release {
  /** The domain whose metadata the table holds; absent when nobody knew. */
  domain?: string;
  encryption: Encryption;
  /** The release speaks of this table only, never of a later one in its slot. */
  tableArn: string;
  /** When it was written, ISO 8601. */
  time: string;
  /** Where the metadata of its newest version lay then: who has another one was written to since. Absent in records that do not tell. */
  metadataLocation?: string;
  /** Where the receipt of the backup lies that was made before the table was dropped. */
  receipt?: string;
}

/** The release record of an account and Region, which tells what AWS itself does not. It lies beside the backups. */
export interface ReleaseRecord extends Release {
  version: 1;
  /** Earlier releases, newest first, so that no pointer to a backup is ever lost. */
  history?: Release[];
}

/** Whoever may write to the backups may write a record: what it names is printed, and goes into commands that are pasted. */
const releaseShape = z.looseObject({
  domain: z.string().regex(domainPattern).optional(),
  encryption: z.looseObject({ sseAlgorithm: z.enum(["AES256", "aws:kms"]), kmsKeyArn: z.string().optional() }),
  tableArn: z.string().regex(/^arn:[\w:/.-]+$/),
  time: z.iso.datetime(),
  metadataLocation: z.string().optional(),
  receipt: z
    .string()
    .regex(/^s3:\/\/\P{C}+$/u)
    .optional(),
});
const shape: z.ZodType<ReleaseRecord> = releaseShape.extend({
  version: z.literal(1),
  history: z.array(releaseShape).optional(),
});

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
  return bytes && parse(bytes, uri);
}

/** Writes a release into the slot's record, whose other releases are kept, those too that another run writes at the same time. */
export async function writeRelease(slot: Slot, store: ObjectStore, release: Release): Promise<void> {
  const uri = recordUri(slot);
  if (uri === undefined) return;
  await updateObject(store, uri, (body) => {
    const record = withRelease(body && parse(body, uri), release);
    return Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`);
  });
}

/**
 * Returns the record with a release on top, once for each table. Of one table the word that is written now counts, but what it does not
 * know, the owner and the receipt, is kept from the earlier one.
 */
export function withRelease(record: ReleaseRecord | undefined, release: Release): ReleaseRecord {
  const earlier = releaseIn(record, release.tableArn);
  const domain = release.domain ?? earlier?.domain;
  const receipt = release.receipt ?? earlier?.receipt;
  const latest = { ...release, ...(domain !== undefined && { domain }), ...(receipt !== undefined && { receipt }) };
  const history = releasesIn(record).filter(({ tableArn }) => tableArn !== release.tableArn);
  return { version: 1, ...latest, ...(history.length > 0 && { history }) };
}

/** Returns what the record says of a table, whatever was released after it; `undefined` when it says nothing. */
export function releaseIn(record: ReleaseRecord | undefined, tableArn: string | undefined): Release | undefined {
  return releasesIn(record).find((release) => release.tableArn === tableArn);
}

/** Returns all that the record says, newest first. */
export function releasesIn(record: ReleaseRecord | undefined): Release[] {
  if (!record) return [];
  const { version: _, history = [], ...latest } = record;
  return [latest, ...history];
}

/** Returns the release of a table as it is now, by nobody so far. */
export function releaseOf({
  arn: tableArn,
  encryption,
  metadataLocation,
}: {
  arn: string;
  encryption: Encryption;
  metadataLocation?: string;
}): Release {
  const time = new Date().toISOString();
  return { encryption, tableArn, time, ...(metadataLocation !== undefined && { metadataLocation }) };
}

/** Returns the release with the receipt of the backup, as it is written before a table is dropped. */
export function withReceipt(release: Release, receipt: Receipt): Release {
  return { ...release, receipt: receiptUri(receipt.destination.location) };
}

/** The record cannot be read as one, so nobody knows what it says. */
export class RecordDamaged extends Error {
  override name = "RecordDamaged";
}

function parse(bytes: Uint8Array, uri: string): ReleaseRecord {
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch (error) {
    throw new RecordDamaged(
      `${uri} is no record of a released table.\nMove it away, then run it again; the table was not touched.`,
      { cause: error },
    );
  }
}
