import { statusOf } from "../../aws/errors.ts";
import { layoutOf } from "../model/location.ts";
import { BucketAbsent, ObjectAbsent, ObjectChanged } from "../store/object-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { proveCopy } from "./prove-copy.ts";
import { verify } from "./verify.ts";
import type { Verification, VerifyRequest } from "./verify.ts";

/** Which backup is held against its table. */
export interface CheckRequest extends VerifyRequest {
  /** Reads the table that the backup was made of. */
  source: ObjectStore;
}

/** The outcome, and what the backup was held against: its `source`, or its `receipt` alone where that version of the table is gone. */
export interface Check extends Omit<Verification, "digest"> {
  against: "source" | "receipt";
}

/**
 * Holds a backup against the table that it was made of, as before a drop, while that version is still there; else against its receipt and
 * inventory. A backup that is not whole is a result, not an error; what cannot be read is an error.
 */
export async function checkBackup({ source, ...request }: CheckRequest): Promise<Check> {
  const { receipt, store, depth, onProgress, signal } = request;
  const layout = layoutOf(receipt.source, receipt.destination.location);
  if (depth === "metadata" || !layout || !(await isThere(source, receipt.source.metadataLocation))) {
    return { against: "receipt", ...(await verify(request)) };
  }
  try {
    const asked = { source: receipt.source, receipt, ...layout, read: source, write: store, onProgress, signal };
    const proof = await proveCopy(asked);
    if (proof.ok) return { against: "source", problems: [], ...proof };
    return { against: "source", ok: false, problems: proof.problems, snapshots: 0, files: 0, bytes: 0 };
  } catch (error) {
    if (!(error instanceof ObjectAbsent || error instanceof ObjectChanged)) throw error;
    return { against: "receipt", ...(await verify(request)) };
  }
}

/** A table that is gone has no bucket any more, or one that says nothing to anybody. */
async function isThere(source: ObjectStore, metadataLocation: string | undefined): Promise<boolean> {
  if (metadataLocation === undefined) return false;
  try {
    await source.get(metadataLocation);
    return true;
  } catch (error) {
    const isGone = error instanceof ObjectAbsent || error instanceof BucketAbsent;
    if (isGone || statusOf((error as Error).cause) === 403) return false;
    throw error;
  }
}
