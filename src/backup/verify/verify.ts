import type { ObjectStore } from "../store/object-store.ts";
import { meter } from "../model/progress.ts";
import type { OnProgress } from "../model/progress.ts";
import type { Depth, Proof } from "../proof/proof.ts";
import { proveReceipt } from "../proof/prove.ts";
import { proofMeter } from "./prove-copy.ts";
import type { Receipt } from "../model/receipt.ts";

/** The outcome of looking at a copy again. */
export interface Verification {
  ok: boolean;
  /** Each a sentence that names the object. */
  problems: string[];
  snapshots: number;
  /** Live rows of the current snapshot; absent when only the metadata was read, or they cannot be counted. */
  rows?: number;
  /** Why the rows cannot be counted. */
  rowsNotCounted?: string;
  files: number;
  bytes: number;
  digest: string;
  /** What was not read, only asked for size and checksum. */
  unread?: { files: number; bytes: number };
}

/** Which copy is looked at again, and how much of it is read. */
export interface VerifyRequest {
  receipt: Receipt;
  store: ObjectStore;
  /** @default "contents" */
  depth?: Depth;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Holds a copy against its receipt. A copy that is not whole is a result, not an error; what cannot be read is an error. */
export async function verify({ store, onProgress, ...request }: VerifyRequest): Promise<Verification> {
  return verificationOf(await proveReceipt({ ...request, write: store }, proofMeter(meter(onProgress))));
}

/** Returns a proof in the form of a verification. */
export function verificationOf(proof: Proof): Verification {
  if (proof.ok) return { problems: [], ...proof };
  return { ok: false, problems: proof.problems, snapshots: 0, files: 0, bytes: 0, digest: "" };
}
