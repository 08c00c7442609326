import { s3ObjectStore } from "../../src/backup/index.ts";
import type { ObjectStore } from "../../src/backup/index.ts";
import { isAbsent } from "../../src/aws/index.ts";
import { findHolders } from "./configurations.ts";
import type { Holders } from "./configurations.ts";
import type { ObservedSlot } from "./claim-decision.ts";
import { encryptionOf, findTable } from "./exported-table.ts";
import type { ExportedTable } from "./exported-table.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { isByRecordAlone, isOwnerSure, knownRelease } from "./known-release.ts";
import { nameForLoss } from "./recorded-claims.ts";
import { readRecord, releasesIn } from "./release-record.ts";
import type { Release } from "./release-record.ts";
import { usedAllowancesIn } from "./used-allowances.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** The table in the slot, with the version that was looked at. */
export type SlotTable = ExportedTable & Pick<Release, "encryption">;

/** Everything that tells whose table lies in an account's and Region's slot. */
export interface Slot extends Omit<ObservedSlot, "unasked">, Pick<Holders, "unasked"> {
  table?: SlotTable;
  /** Whether nothing but the record beside the backups says whose the table is, which whoever may write there can have written. */
  isByRecordAlone?: boolean;
  /** The tables that the record knows to have lain there, newest first. */
  past: readonly Release[];
}

/** What says whose the place of backups is, and how they are encrypted. */
type BackupTerms = Pick<TableSettings, "account" | "region" | "encryption" | "backupOwner" | "backupKey">;

/** Returns the backups as this account's role reads and writes them; encrypted at least as the table that they are made of. */
export function backupsOf(
  terms: BackupTerms,
  { clients, signal }: Pick<Work, "clients" | "signal">,
  encryption = terms.encryption,
): ObjectStore {
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
  const release = knownRelease(settings, table, record);
  return {
    holders,
    unasked,
    table,
    release,
    isOwnerSure: table !== undefined && isOwnerSure(settings, table, release),
    isByRecordAlone: table !== undefined && holders.length === 0 && isByRecordAlone(settings, table.arn, record),
    past: releasesIn(record),
    usedAllowances: usedAllowancesIn(settings),
    isNamedByArn:
      table !== undefined &&
      release?.domain !== undefined &&
      nameForLoss(settings, table.arn, release.domain) === undefined,
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
