import type { TargetToRead } from "../targets/index.ts";
import type { SeenGlueExport } from "./glue-export.ts";

/** A sync that was found. */
export interface FoundSync {
  name: string;
  type: "SyncToDestination" | "SyncFromSource";
  /** Whose it is, as far as that can be told: `this stack`, `stack NAME`, an AWS service, `declared` (wanted, and in no state), `unknown`. */
  origin: string;
  destination?: { bucket: string; region: string; prefix?: string; kmsKey?: string };
  /** What a SyncFromSource collects from, as AWS tells it. */
  source?: Record<string, unknown>;
  /** AWS's word for the last try: `Successful`, `Failed`, `InProgress`. */
  status?: string;
  message?: string;
  /** ISO 8601, all three. */
  lastTry?: string;
  lastSuccess?: string;
  createdAt?: string;
}

/** A domain that was found, and its export if it has one. */
export interface SeenDomain {
  id: string;
  name?: string;
  status: string;
  /** `V1` or `V2`. */
  version?: string;
  /** The account that shares it, where that is another one. */
  sharedFrom?: string;
  export?: { enabled: boolean; encryption: string; status?: string; createdAt?: string; updatedAt?: string };
}

/** The table in a slot that was found. */
export interface SeenTable {
  arn: string;
  createdAt?: string;
  modifiedAt?: string;
  /** Absent where the table was not read. */
  rows?: number;
  bytes?: number;
  files?: number;
  snapshots?: number;
  lastExport?: string;
  /** Absent where no row's day is known. */
  days?: SeenDays;
  /** Days after which rows expire; absent where they do not, or where that was not asked. */
  recordExpirationDays?: number;
}

/** Of which days, in UTC and as `2026-11-26`, a table has rows. */
export interface SeenDays {
  first: string;
  last: string;
  count: number;
  /** Those between the first and the last that it has none of; empty where rows of unknown days could be theirs. */
  missing: string[];
}

/** A folder of a backup that was found. */
export interface SeenBackup {
  location: string;
  state: "finished" | "unfinished" | "partly deleted" | "not understood";
  bytes: number;
  /** These are what the receipt says. */
  receipt?: string;
  tableArn?: string;
  rows?: number;
  /** Never later than the store's own clock has it; ISO 8601. */
  verifiedAt?: string;
}

/** What could not be looked at, with AWS's words. */
export interface Refusal {
  account: string;
  region: string;
  /** `account` where nothing could be asked, else `syncs`, `domains`, `export DOMAIN`, `table`, `backups`, `export of Glue (…)`. */
  what: string;
  message: string;
}

/** What was found in one account and Region. */
export interface FoundTarget extends Pick<TargetToRead, "account" | "region"> {
  name?: string;
  syncs: FoundSync[];
  /** How many more syncs of each type AWS allows; absent where the syncs could not be listed. */
  free?: { SyncToDestination: number; SyncFromSource: number };
  domains: SeenDomain[];
  /** The domains that hold the account and Region's one export. */
  holders: string[];
  table?: SeenTable;
  /** Glue's export of the Data Catalog; `null` where none was ever configured, absent where that was not asked. */
  glueExport?: SeenGlueExport | null;
  /** The backups of the account and Region, the newest first; absent where no spec says where they lie. */
  backups?: { place: string; found: SeenBackup[] };
  refused: Refusal[];
}

/** Whose a destination bucket is. */
export interface FoundBucket {
  bucket: string;
  /** The account that owns it; `null` when it is none of those that were asked. */
  owner: string | null;
  /** How many syncs deliver there. */
  syncs: number;
  /** Accounts that could not be asked for their buckets; without any, `null` stands for a foreign owner. */
  unasked: number;
}

/** Something about what was found that somebody should look at. */
export interface DiscoveryFinding {
  code:
    | "foreign-destination"
    | "sync-double"
    | "sync-twice"
    | "sync-never"
    | "sync-quota"
    | "several-holders"
    | "glue-export-failed";
  severity: "error" | "warning";
  message: string;
  cure: string;
  /** Each as `account/region`. */
  places: string[];
}

/** Everything that was found. */
export interface Discovery {
  version: 1;
  /** ISO 8601. */
  at: string;
  places: FoundTarget[];
  buckets: FoundBucket[];
  findings: DiscoveryFinding[];
}

/** How many syncs of one type AWS allows in an account and Region. */
export const syncQuota = 5;
