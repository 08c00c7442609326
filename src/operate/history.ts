import type { Clients } from "../aws/index.ts";
import { chosenDays, daysOf, findBackups, receiptUri, s3ObjectStore } from "../backup/index.ts";
import type { FoundBackup, HistorySource, ObjectStore, Receipt, TableDays } from "../backup/index.ts";
import { findTable } from "../../providers/slot/exported-table.ts";
import { readRecord, releaseIn } from "../../providers/slot/release-record.ts";
import { tableBucketArn } from "../../providers/settings/export-settings.ts";

/** The slot of an export, and where its backups lie. */
export interface HistorySlot {
  account: string;
  region: string;
  /** `s3://bucket/prefix`, or `none`. */
  backup: string;
  /** The account that owns the bucket. @default the slot's own */
  backupOwner?: string;
}

/** A backup of a slot's table, or the table itself, with the days that it has rows of. */
export interface HistoryEntry extends TableDays {
  kind: "backup" | "live";
  /** The folder of the backup, or the metadata file of the table. */
  location: string;
  tableArn?: string;
  /** Whose export it is; absent where the record of the slot does not tell. */
  domain?: string;
  /** When it was verified, or looked at, ISO 8601. */
  asOf?: string;
  /** That a query returns, as its receipt says. */
  rows?: number;
  bytes?: number;
  receipt?: string;
  /** What the receipt says. */
  proof?: Receipt;
  metadataLocation?: string;
  /** The days that a history takes from it: each day of a domain is in one entry. */
  gives: string[] | "all";
  /** Why nothing is taken from it. */
  problem?: string;
}

/** What is known of the days of one slot. */
export interface SlotHistory {
  account: string;
  region: string;
  /** In the order in which a history appends them. */
  entries: HistoryEntry[];
  /** What could not be looked at. */
  refused: string[];
}

/** How the history of a slot is looked at. */
export interface HistoryLook {
  clients: Clients;
  /** Whether the table that lies there now is looked at too. */
  live: boolean;
  now: Date;
  signal?: AbortSignal;
}

/**
 * Finds all backups of a slot and the table that lies there, whose each is and of which days it has rows, and says from which one a history takes
 * each day. What cannot be looked at is told, and stops nothing else.
 */
export async function lookAtHistory(
  slot: HistorySlot,
  { clients, live, now, signal }: HistoryLook,
): Promise<SlotHistory> {
  const { account, region, backup } = slot;
  const refused: string[] = [];
  const unless = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      signal?.throwIfAborted();
      refused.push(`${what}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const store = historyStore(slot, clients, signal);
  const record = await unless("the record of released tables", () => readRecord(slot, store));
  const found =
    backup === "none"
      ? []
      : await unless("backups", () => findBackups(store, `${backup}/${account}/${region}`, signal));
  const whose = (tableArn: string | undefined) => releaseIn(record, tableArn)?.domain;
  const entries: HistoryEntry[] = [];
  for (const one of found ?? []) entries.push(await backupEntry(one, { store, whose, signal }));
  if (live) {
    const table = await unless("the table", () => findTable(clients, tableBucketArn(account, region)));
    if (table?.metadataLocation !== undefined) {
      const { arn: tableArn, metadataLocation } = table;
      const tableStore = s3ObjectStore(clients.s3(), {
        owner: account,
        caller: { account, region },
        ...(signal && { signal }),
      });
      const days = await unless("the table's days", () => daysOf(tableStore, metadataLocation, signal));
      const domain = whose(tableArn);
      entries.push({
        kind: "live",
        location: metadataLocation,
        metadataLocation,
        tableArn,
        ...(domain !== undefined && { domain }),
        asOf: now.toISOString(),
        ...(days ?? { days: {}, undated: 0, problem: "It could not be read." }),
        gives: [],
      });
    }
  }
  return { account, region, entries: withGiven(entries), refused };
}

/** Returns the store that reads the backups of a slot. */
export function historyStore(
  { account, region, backupOwner = account }: HistorySlot,
  clients: Clients,
  signal?: AbortSignal,
): ObjectStore {
  return s3ObjectStore(clients.s3(), { owner: backupOwner, caller: { account, region }, ...(signal && { signal }) });
}

/** Returns what a history takes of the entries of a slot. */
export function historySources({ entries }: SlotHistory, read: (entry: HistoryEntry) => ObjectStore): HistorySource[] {
  return entries.flatMap((entry) => {
    const { tableArn, domain, metadataLocation, gives, proof } = entry;
    if (tableArn === undefined || metadataLocation === undefined || gives.length === 0) return [];
    const days = gives === "all" ? gives : new Set(gives);
    return {
      tableArn,
      ...(domain !== undefined && { domain }),
      metadataLocation,
      read: read(entry),
      days,
      ...(proof && { receipt: proof }),
    };
  });
}

async function backupEntry(
  { location, bytes, receipt, problem }: FoundBackup,
  {
    store,
    whose,
    signal,
  }: { store: ObjectStore; whose: (tableArn: string) => string | undefined; signal: AbortSignal | undefined },
): Promise<HistoryEntry> {
  const entry = { kind: "backup", location, bytes, days: {}, undated: 0, gives: [] } as const;
  if (!receipt) return { ...entry, gives: [], problem: problem ?? "It was not finished, and has no receipt." };
  const { source, destination, rows, verifiedAt } = receipt;
  const domain = whose(source.tableArn);
  const known: HistoryEntry = {
    ...entry,
    proof: receipt,
    gives: [],
    tableArn: source.tableArn,
    ...(domain !== undefined && { domain }),
    asOf: verifiedAt,
    ...(rows !== undefined && { rows }),
    receipt: receiptUri(location),
  };
  const { account, region } = source;
  // Other tables may be copied to the same place by hand.
  if (!source.tableArn.startsWith(`${tableBucketArn(account, region)}/`)) {
    return { ...known, problem: "It is a copy of another table than an export's." };
  }
  if (destination.location !== location)
    return { ...known, problem: `It was moved: it was made in ${destination.location}.` };
  const { metadataLocation } = destination;
  if (metadataLocation === undefined) return known;
  try {
    return { ...known, metadataLocation, ...(await daysOf(store, metadataLocation, signal)) };
  } catch (error) {
    signal?.throwIfAborted();
    return { ...known, problem: (error as Error).message };
  }
}

/** The entries with the days that each gives, in the order of the first of them. */
function withGiven(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const usable = entries.flatMap((entry) => {
    const { tableArn, asOf, problem } = entry;
    return tableArn === undefined || asOf === undefined || problem !== undefined
      ? []
      : [{ ...entry, tableArn, asOf, entry }];
  });
  const chosen = new Map([...chosenDays(usable)].map(([{ entry }, days]) => [entry, days]));
  const given = entries.map((entry): HistoryEntry => {
    const days = chosen.get(entry) ?? new Set<string>();
    return { ...entry, gives: days === "all" ? days : [...days].toSorted() };
  });
  const first = ({ days, asOf = "" }: HistoryEntry) => `${Object.keys(days)[0] ?? asOf} ${asOf}`;
  return given.toSorted((a, b) => (first(a) < first(b) ? -1 : 1));
}
