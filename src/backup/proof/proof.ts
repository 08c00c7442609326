import type { ObjectStore } from "../store/object-store.ts";
import type { Receipt } from "../model/receipt.ts";
import type { TableVersion } from "../model/location.ts";
import type { Kept } from "./table-metadata.ts";

/** What is to be proven. */
export interface ProofRequest {
  /** The table as it is now. */
  source: TableVersion;
  /** Where backups go, `s3://bucket/prefix`: the copy must lie in its own place there. */
  destination: string;
  /** Which snapshots the copy is to hold. */
  history: "all" | "current";
  /** Which of the version's places the copy lies in. @default the first */
  place?: number;
  /** What was said of the copy, to be held against what is found. Without one, the copy is looked for in its own place. */
  receipt?: Receipt;
  /** Where the copy's metadata file lies, without a receipt. */
  metadataLocation?: string;
  /** Reads the table. */
  read: ObjectStore;
  /** Reads the copy; nothing is written. */
  write: ObjectStore;
  signal?: AbortSignal;
}

/** `contents` reads every byte back and counts rows; `metadata` walks the metadata and asks each file for size and CRC-32. */
export type Depth = "contents" | "metadata";

/** A table and one that was made of it. */
export interface TableRequest {
  /** The table's metadata file; for a copy that is held against itself, its own. */
  source: string;
  /** Folder of the copy. */
  location: string;
  metadataLocation: string;
  /** Which snapshots the copy holds, or the id of the one that it was made the current of. */
  history: Kept;
  read: ObjectStore;
  write: ObjectStore;
  signal?: AbortSignal;
}

/** What was found by holding a copy against its source: it is whole and holds this much, or what is wrong, as sentences. */
export type Proof =
  | {
      ok: true;
      snapshots: number;
      /** Live rows of the current snapshot; absent where they cannot be counted. */
      rows?: number;
      /** Why rows were not counted. The bytes are equal all the same. */
      rowsNotCounted?: string;
      /** Statistics files that the table's metadata names and that were gone: engines do without them. */
      leftOut?: string[];
      files: number;
      bytes: number;
      digest: string;
      /** What was not read, only asked for size and checksum. */
      unread?: { files: number; bytes: number };
    }
  | { ok: false; problems: string[] };
