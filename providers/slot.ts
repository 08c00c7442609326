import { s3ObjectStore } from "../src/backup/index.ts";
import type { ObjectStore } from "../src/backup/index.ts";
import { isAbsent, targetName } from "../src/aws/index.ts";
import { findHolders } from "./configurations.ts";
import type { Holders } from "./configurations.ts";
import type { ObservedSlot } from "./claim-decision.ts";
import { encryptionOf, findTable } from "./exported-table.ts";
import type { ExportedTable } from "./exported-table.ts";
import type { Work } from "./lifecycle.ts";
import { readRecord, releaseIn, releasesIn } from "./release-record.ts";
import type { Release, ReleaseRecord } from "./release-record.ts";
import { spentIn } from "./spent-allowances.ts";
import type { TableSettings } from "./table-settings.ts";

/** The table in the slot, with the version that was looked at. */
export type SlotTable = ExportedTable & Pick<Release, "encryption">;

/** Everything that tells whose table lies in an account's and Region's slot. */
export interface Slot extends Omit<ObservedSlot, "unasked">, Pick<Holders, "unasked"> {
  table?: SlotTable;
  /** The tables that the record knows to have lain there, newest first. */
  past: readonly Release[];
}

/** What says whose the place of backups is, and how they are encrypted. */
type BackupTerms = Pick<TableSettings, "account" | "region" | "encryption" | "backupOwner" | "backupKey">;

/** Returns the backups as this account's role reads and writes them; encrypted at least as the table that they are made of. */
export function backupsOf(terms: BackupTerms, { clients, signal }: Work, encryption = terms.encryption): ObjectStore {
  const { account, region, backupOwner = account, backupKey } = terms;
  return s3ObjectStore(clients.s3(), {
    owner: backupOwner,
    encryption: backupKey === undefined ? encryption : { sseAlgorithm: "aws:kms", kmsKeyArn: backupKey },
    caller: { account, region },
    signal,
  });
}

/** Looks at the slot, which the domain `leaving` is to let go of first. A refusal to tell is thrown, and so never taken for "nobody". */
export async function observeSlot(settings: TableSettings, work: Work, leaving?: string): Promise<Slot> {
  const { clients } = work;
  const [{ holders, unasked }, table, record] = await Promise.all([
    findHolders(clients, settings, leaving),
    observeTable(settings, work),
    readRecord(settings, backupsOf(settings, work)),
  ]);
  return {
    holders,
    unasked,
    table,
    release: releaseOf(settings, table, record),
    past: releasesIn(record),
    spent: spentIn(settings),
  };
}

/** Looks at the table in the slot, with its encryption; `undefined` when there is none. */
export async function observeTable(
  settings: Pick<TableSettings, "tableBucketArn">,
  { clients }: Work,
): Promise<SlotTable | undefined> {
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

/** What this process knows of the tables' owners, by account/Region: it outlives neither the run nor the table. */
const facts = new Map<string, Release>();
const beliefs = new Map<string, Release>();

type Target = Pick<TableSettings, "account" | "region">;

/** Forgets all of it: another run begins in this process. */
export function forgetOwners(): void {
  facts.clear();
  beliefs.clear();
}

/** Notes whose table lies in a slot, since its domain's configuration was seen there. */
export function noteOwner(target: Target, release: Release): void {
  facts.set(targetName(target), release);
}

/** Notes whose table the state takes the one in a slot for, where nothing in AWS says otherwise. */
export function noteBelief(target: Target, release: Release): void {
  beliefs.set(targetName(target), release);
}

/**
 * Returns what is known of the present table's release: what this run saw, else the record, else what the state believes. The record of an
 * earlier table is returned for its receipt.
 */
export function releaseOf(
  target: Target,
  table: Pick<SlotTable, "arn"> | undefined,
  record: ReleaseRecord | undefined,
): Release | undefined {
  const speaks = (release: Release | undefined) => release !== undefined && release.tableArn === table?.arn;
  const key = targetName(target);
  if (speaks(facts.get(key))) return facts.get(key);
  const recorded = releaseIn(record, table?.arn);
  if (recorded?.domain !== undefined) return recorded;
  return speaks(beliefs.get(key)) ? beliefs.get(key) : (recorded ?? record);
}
