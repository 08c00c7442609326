import type { SourceMap } from "./yaml/source-map.ts";
import type { Path } from "./problem/problem.ts";
import type { RegionGroups } from "./region-names.ts";

/** A spec as read: references are known to exist, defaults are filled in, `${…}` still stands. */
export interface Spec {
  file: string;
  /** The stack that it was read for. */
  stack: string;
  /** Role and external id of accounts that have none of their own. */
  role?: string;
  externalId?: string;
  /** Most deletes and replaces that one deployment may make: a number, or a share of the stack such as `10%`. */
  guards: { deletes?: number | string; replaces?: number | string };
  /** Most accounts and Regions that may fail, a number or a share such as `10%`; the most steps at a time; and the waves, by names of selections. */
  rollout: { tolerated?: number | string; concurrency?: number; order?: string[] };
  /** What is meant beyond what the guards let pass. */
  allow: Allowance[];
  /** The names of the variables that it defines, in whichever stack. */
  variables: string[];
  accounts: Account[];
  regionGroups: RegionGroups;
  selections: Selection[];
  /** What all syncs and all exports have, as written; the entries here have it already. */
  defaults: { syncs?: object; exports?: object };
  syncs: SyncEntry[];
  exports: ExportEntry[];
  sourceMap: SourceMap;
  /** Paths (as `nameOf` writes them) that have a problem already; empty in a spec without errors. */
  broken: ReadonlySet<string>;
}

/** In `rollout.order`: every account and Region that no selection of it covers. */
export const restOfTargets = "rest";

/** Where an entry is written. */
export interface Source {
  file: string;
  line: number;
}

interface Written {
  path: Path;
  source: Source;
}

/** A word for one loss of rows without a copy (`loss` and `of`), or for more deletes and replaces than the guards let pass. */
export interface Allowance extends Written {
  /** `account/region`. */
  loss?: string;
  /** The id of a domain or the ARN of a table. */
  of?: string;
  deletes?: number;
  replaces?: number;
  /** The digest of the one plan that may delete and replace more than the guards let pass. */
  digest?: string;
  reason: string;
  /** Year-month-day, the last day on which it counts. */
  until?: string;
}

/** A named account. */
export interface Account extends Written {
  name: string;
  id: string;
  role?: string;
  externalId?: string;
  tags: Readonly<Record<string, string>>;
  /** Regions, groups and globs; `undefined` stands for any Region. */
  regions?: string[];
  /** Off leaves it out of every selection. */
  enabled: boolean;
}

/** Accounts × Regions, with a name under `targets` or written where it is used. */
export interface Selection extends Written {
  name?: string;
  accounts?: "all" | string[];
  /** The caller's own account, said so. */
  self: boolean;
  /** Ids, names or paths. */
  organizationalUnits?: string[];
  /** Whether units within the units count. */
  nested: boolean;
  /** The values that a tag of an account may have. */
  tags?: Record<string, string[]>;
  accountFilter: "UNION" | "INTERSECTION" | "DIFFERENCE";
  /** Regions, groups and globs. */
  regions: string[];
  /** Whether each account's own Regions are meant. */
  allEnabled: boolean;
  exclude: { accounts: string[]; organizationalUnits: string[]; regions: string[]; targets: string[] };
  /** What is selected by any of these; all else is empty then. */
  union?: Selection[];
  /** Whether it only narrows: what it does not say is any. */
  narrows?: boolean;
}

/** Where the values of an entry are written that do not stand in it: by the path within the entry. */
export type Origins = ReadonlyMap<string, Path>;

/** An entry as a document, with the place of what comes from elsewhere. */
export interface EntryDocument {
  document: Record<string, unknown>;
  origins: Origins;
}

/** What an entry has otherwise in some of its targets. */
export interface Override {
  /** Which; `undefined` for all. */
  selection?: Selection;
  document: Record<string, unknown>;
  path: Path;
}

/** What differs from target to target: overrides, and mappings by account or Region. */
export interface Varied extends EntryDocument {
  overrides: Override[];
}

interface Entry extends Written {
  key: string;
  /** `undefined` stands for the caller's own account in the environment's Region. */
  selection?: Selection;
  /** Where values are written that do not stand in the entry itself. */
  origins: Origins;
  /** What differs from target to target; `undefined` where nothing does. */
  varied?: Varied;
  /** Whether what exists in AWS already is taken over when it is created. */
  adopt: boolean;
  protect: boolean;
  /** Whether it stays in AWS when it is declared no longer. */
  retain: boolean;
  /** How many hours old its newest data may be. */
  freshness?: number;
}

/** A resource data sync, to a destination or from a source. */
export interface SyncEntry extends Entry {
  name: string;
  /** Off it stands for nothing. */
  enabled: boolean;
  destination?: { bucket: string; region: string; prefix?: string; kmsKey?: string; share?: "organization" };
  from?: {
    organization?: "entire";
    organizationalUnits?: string[];
    regions: string[];
    includeFutureRegions: boolean;
    enableAllOpsDataSources: boolean;
  };
}

/** Of how many days, weeks, months and years the newest backup stays. */
export interface Keep {
  daily?: number;
  weekly?: number;
  monthly?: number;
  yearly?: number;
}

/** A domain's data export with its table. */
export interface ExportEntry extends Entry {
  domain: string;
  enabled: boolean;
  kmsKey?: string;
  recordExpirationDays?: number;
  /** Absent where all backups stay. */
  keep?: Keep;
  /** How many hours old the newest backup may be. */
  backupFreshness?: number;
  table: {
    /** `s3://bucket/prefix` or `none`. */
    backup: string;
    /** Account id. */
    backupOwner?: string;
    backupKey?: string;
    method: "copy";
    history: "all" | "current";
    onRemoval: "keep" | "backUpAndDrop";
    leftover: "ask" | "adopt" | "backUpAndDrop" | "drop";
  };
}
