import type { SourceMap } from "./source-map.ts";
import type { Path } from "./problem.ts";
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
  accounts: Account[];
  regionGroups: RegionGroups;
  selections: Selection[];
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
}

interface Entry extends Written {
  key: string;
  /** `undefined` stands for the caller's own account in the environment's Region. */
  selection?: Selection;
  /** Whether what exists in AWS already is taken over when it is created. */
  adopt: boolean;
  protect: boolean;
}

/** A resource data sync, to a destination or from a source. */
export interface SyncEntry extends Entry {
  name: string;
  destination?: { bucket: string; region: string; prefix?: string; kmsKey?: string; share?: "organization" };
  from?: {
    organization?: "entire";
    organizationalUnits?: string[];
    regions: string[];
    includeFutureRegions: boolean;
    enableAllOpsDataSources: boolean;
  };
}

/** A domain's data export with its table. */
export interface ExportEntry extends Entry {
  domain: string;
  enabled: boolean;
  kmsKey?: string;
  recordExpirationDays?: number;
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
