import type { Receipt } from "./receipt.ts";
import { copyLocation, mover, pathInside } from "./location.ts";
import type { TableVersion } from "./location.ts";
import type { History } from "./iceberg/metadata.ts";
import type { ObjectStore } from "./object-store.ts";
import { planTable } from "./plan.ts";
import type { OnProgress } from "./progress.ts";
import { deviations } from "./structure.ts";
import { verify } from "./verify.ts";

export interface ProofRequest {
  /** The table as it is now. */
  source: TableVersion;
  receipt: Receipt;
  /** Where backups go, `s3://bucket/prefix`: the copy must lie in its own place there. */
  destination: string;
  /** Which snapshots the copy is to hold. */
  history: History;
  /** Reads the table. */
  read: ObjectStore;
  /** Reads the copy; nothing is written. */
  write: ObjectStore;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** What was found by holding a copy against its source: it is whole and holds this much, or what is wrong, as sentences. */
export type Proof =
  | { ok: true; snapshots: number; rows: number; files: number; bytes: number }
  | { ok: false; problems: string[] };

/**
 * Holds a copy against the table that it was made of, which must still be there: everything in both is read, and nothing is believed
 * that a receipt, an inventory or a HEAD request says. Call it right before a table is dropped.
 * @throws where something cannot be read: then nothing is known, and nothing may be dropped.
 */
export async function proveCopy(request: ProofRequest): Promise<Proof> {
  const { source, receipt, destination, history, read, write, onProgress, signal } = request;
  const location = copyLocation(destination, source, history);
  const found = receipt.destination;
  if (found.location !== location) return refuted(`The copy lies in ${found.location}, not in ${location}.`);
  if ((source.metadataLocation === undefined) !== (found.metadataLocation === undefined)) {
    return refuted(`The table's metadata is ${source.metadataLocation}, the copy's is ${found.metadataLocation}.`);
  }
  if (source.metadataLocation === undefined) return { ok: true, snapshots: 0, rows: 0, files: 0, bytes: 0 };
  if (pathInside(location, found.metadataLocation!) === undefined) {
    return refuted(`The copy's metadata ${found.metadataLocation} lies outside ${location}.`);
  }
  const original = await planTable(read, source.metadataLocation, history, signal);
  const copy = await planTable(write, found.metadataLocation!, "all", signal);
  const problems = deviations(original, copy, mover(original.metadata.location, location));
  const verification = await verify({ receipt, store: write, onProgress, signal });
  problems.push(...verification.problems);
  if (problems.length > 0) return { ok: false, problems };
  const { snapshots, rows = 0, files, bytes } = verification;
  return { ok: true, snapshots, rows, files, bytes };
}

function refuted(problem: string): Proof {
  return { ok: false, problems: [problem] };
}
