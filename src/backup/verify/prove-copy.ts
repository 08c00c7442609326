import { meter } from "../model/progress.ts";
import type { Meter, OnProgress } from "../model/progress.ts";
import type { Proof, ProofRequest as Request } from "../proof/proof.ts";
import { prove } from "../proof/prove.ts";
import type { ProofMeter } from "../proof/compare-table.ts";

/** Which copy is held against which version of a table. */
export interface CopyProofRequest extends Request {
  onProgress?: OnProgress;
}

/**
 * Holds a copy against the table that it was made of, which must still be there: both are read, the copy whole, and nothing is believed that
 * a receipt, an inventory or a HEAD request says of it. Call it right before a table is dropped; `backUp` does so before it gives a receipt.
 * @returns what the copy holds, or what is wrong with it
 * @throws where something cannot be read: then nothing is known, and nothing may be dropped
 */
export async function proveCopy({ onProgress, ...request }: CopyProofRequest): Promise<Proof> {
  return prove(request, proofMeter(meter(onProgress)));
}

/** Shows the progress of a proof as a phase of a backup's. */
export function proofMeter(progress: Meter): ProofMeter {
  return {
    begin: (files, bytes) => progress.begin("verify", files, bytes),
    file: () => progress.file(),
    bytes: (count) => progress.bytes(count),
  };
}
