import type { ObjectStore } from "../object-store.ts";
import type { Receipt } from "../receipt.ts";
import type { TableVersion } from "../location.ts";

/** What is to be proven. */
export interface ProofRequest {
  /** The table as it is now. */
  source: TableVersion;
  /** Where backups go, `s3://bucket/prefix`: the copy must lie in its own place there. */
  destination: string;
  /** Which snapshots the copy is to hold. */
  history: "all" | "current";
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

/** What was found by holding a copy against its source: it is whole and holds this much, or what is wrong, as sentences. */
export type Proof =
  | { ok: true; snapshots: number; rows: number; files: number; bytes: number; digest: string }
  | { ok: false; problems: string[] };
