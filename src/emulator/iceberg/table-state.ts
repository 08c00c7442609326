import type { Partitioning } from "./asset-columns.ts";
import type { RowSeed } from "./asset-rows.ts";
import type { Statistics } from "./statistics.ts";

/** What the writer remembers of a table between commits: enough to write the next one without reading a file back. */
export interface TableState {
  readonly uuid: string;
  /** Where the table's files lie, `s3://<warehouse>`. */
  readonly location: string;
  readonly partitioning: Partitioning;
  readonly version: number;
  readonly lastSequence: number;
  readonly updatedAt: number;
  readonly snapshots: readonly Snapshot[];
  /** The manifests of the current snapshot. */
  readonly manifests: readonly Manifest[];
  readonly metadataLocation: string;
  readonly metadataLog: readonly { file: string; at: number }[];
}

/** A snapshot of the table with the manifests that it lists. */
export interface Snapshot {
  readonly id: bigint;
  readonly parent?: bigint;
  readonly sequence: number;
  readonly at: number;
  readonly operation: "append" | "delete" | "replace";
  readonly manifestList: string;
  readonly summary: Readonly<Record<string, string>>;
  /** The manifests that the list names, for the expiry of files that no snapshot needs any more. */
  readonly manifests: readonly Manifest[];
}

/** A manifest with its entries. */
export interface Manifest {
  readonly path: string;
  readonly length: number;
  readonly content: "data" | "deletes";
  readonly sequence: number;
  readonly addedSnapshot: bigint;
  readonly entries: readonly Entry[];
}

/** A file as a manifest tells it, and the snapshot that added or deleted it. */
export interface Entry {
  readonly status: "existing" | "added" | "deleted";
  readonly snapshot: bigint;
  readonly sequence: number;
  readonly file: TableFile;
}

/** A data or delete file of the table. */
export interface TableFile {
  readonly path: string;
  readonly size: number;
  readonly records: number;
  /** The export that the rows belong to. */
  readonly seed: RowSeed;
  readonly statistics: Statistics;
  /** Set on a position delete file: the data file it applies to. */
  readonly deletesFrom?: string;
  /** Numbers of the assets in the file, in order; absent on a delete file. */
  readonly assets?: readonly number[];
}

/** Bytes to be put at a location. */
export interface NewFile {
  readonly location: string;
  readonly bytes: Buffer;
}

/** One commit: the table after it, the files to write before it counts, and the files that nothing refers to after it. */
export interface Commit {
  readonly table: TableState;
  readonly written: readonly NewFile[];
  readonly orphaned: readonly string[];
}

/** Returns the live entries of one kind in the current snapshot. */
export function liveEntries(table: TableState, content: Manifest["content"]): Entry[] {
  return table.manifests
    .filter((manifest) => manifest.content === content)
    .flatMap((manifest) => manifest.entries.filter((entry) => entry.status !== "deleted"));
}
