import { putOnce, putPiecesOnce } from "./copy/copy.ts";
import { expectEncryption } from "./store/encryption.ts";
import type { History } from "./iceberg/metadata.ts";
import { inventoryPieces, printInventory } from "./copy/inventory.ts";
import type { StoredObject } from "./copy/inventory.ts";
import { copyFileNames, copyLocation, pathInside } from "./model/location.ts";
import type { TableVersion } from "./model/location.ts";
import { ObjectAbsent, ObjectChanged, ObjectExists, withObject } from "./store/object-store.ts";
import type { ObjectStore } from "./store/object-store.ts";
import { planTable } from "./copy/plan.ts";
import { meter } from "./model/progress.ts";
import type { OnProgress } from "./model/progress.ts";
import type { Proof } from "./proof/proof.ts";
import { proveCopy } from "./verify/prove-copy.ts";
import type { CopyProofRequest } from "./verify/prove-copy.ts";
import { BackupDamaged, publish } from "./copy/publish.ts";
import { SourceChanged } from "./model/source-changed.ts";
import { findReceipt, printReceipt, readReceipt, receiptUri } from "./model/receipt.ts";
import type { Receipt } from "./model/receipt.ts";
import { copyTable, metadataLocationIn, tryDeletes } from "./copy/table-copy.ts";

/** Which version of a table is copied, where to, and with which of its snapshots. */
export interface BackupRequest {
  source: TableVersion;
  /** `s3://bucket/prefix`; each version gets its own folder below. */
  destination: string;
  /** Which of the version's places below `destination`. @default the first */
  place?: number;
  /** `all` snapshots that the metadata names, or the `current` one. */
  history: History;
  /** Reads the table. */
  read: ObjectStore;
  /** Reads and writes the destination. */
  write: ObjectStore;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Copies one version of a table into a folder of its own, from which any Iceberg engine opens it, and proves the copy against the table.
 *
 * Nobody sees a copy before it is whole: its metadata file is written last, after everything else was proven. Run again after a failure at
 * any point, it goes on where it stopped; a copy that is there already, with or without its receipt, is proven like a new one. Nothing is
 * ever written over.
 * @throws SourceChanged when a commit or the expiry of snapshots removed files of this version.
 * @throws BackupDamaged when what lies at the destination is not a copy of this version.
 * @throws OtherEncryption when something in it is not encrypted as the store writes.
 */
export async function backUp(request: BackupRequest): Promise<Receipt> {
  const { source, write } = request;
  const location = copyLocation(request.destination, source, request.history, request.place);
  try {
    await expectEncryption(write, location, request.signal);
    const receipt = await findReceipt(write, receiptUri(location));
    if (receipt) {
      await proven(request, location, { receipt });
      return receipt;
    }
    const metadataLocation = source.metadataLocation && metadataLocationIn(location, source.metadataLocation);
    const isPublished = metadataLocation !== undefined && (await write.head(metadataLocation)) !== undefined;
    if (metadataLocation === undefined)
      await putOnce(write, `${location}/${copyFileNames.objects}`, printInventory([]));
    const {
      ok: _,
      digest,
      ...contents
    } = metadataLocation === undefined || isPublished
      ? await proven(request, location, { metadataLocation })
      : await makeCopy(request, location);
    const verifiedAt = new Date().toISOString();
    const destination = { location, metadataLocation };
    return await sign(write, { version: 1, source, destination, ...contents, verifiedAt, digest });
  } catch (error) {
    throw explained(error, request, location);
  }
}

type Proven = Proof & { ok: true };

async function proven(
  request: BackupRequest,
  location: string,
  claimed: Pick<CopyProofRequest, "receipt" | "metadataLocation">,
  write = request.write,
): Promise<Proven> {
  const proof = await proveCopy({ ...request, ...claimed, write });
  if (!proof.ok) throw new BackupDamaged(location, proof.problems);
  return proof;
}

async function makeCopy(request: BackupRequest, location: string): Promise<Proven> {
  const { read, write, history, signal } = request;
  const source = request.source.metadataLocation!;
  const progress = meter(request.onProgress);
  progress.begin("plan");
  const plan = await planTable(read, source, history, signal);
  await tryDeletes(plan, read, location, signal);
  const copy = await copyTable(plan, source, location, history, { read, write, signal }, progress);
  const evidence = await keepEvidence(write, location, plan.metadataBytes);
  function* objects(): Generator<StoredObject> {
    yield evidence;
    yield* copy.objects();
  }
  await putPiecesOnce(write, `${location}/${copyFileNames.objects}`, () => inventoryPieces(objects()), signal);
  const { metadataLocation, metadata } = copy;
  const asIfPublished = withObject(write, metadataLocation, metadata);
  const proof = await proven(request, location, { metadataLocation }, asIfPublished);
  progress.begin("publish");
  await publish(write, copy);
  return proof;
}

/** The source's metadata as it was: it alone tells old paths and the log of earlier metadata files. */
async function keepEvidence(write: ObjectStore, location: string, bytes: Uint8Array): Promise<StoredObject> {
  const crc32 = await putOnce(write, `${location}/${copyFileNames.evidence}`, bytes);
  return { path: copyFileNames.evidence, size: bytes.length, crc32 };
}

/** Writes the receipt. One that appeared during the copy, as of a second run, stands if it says the same; when it was proven may differ. */
async function sign(write: ObjectStore, receipt: Receipt): Promise<Receipt> {
  const { location } = receipt.destination;
  const uri = receiptUri(location);
  try {
    await write.put(uri, printReceipt(receipt), { ifNoneMatch: true });
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
  }
  const there = await readReceipt(write, uri);
  if (!printReceipt({ ...there, verifiedAt: receipt.verifiedAt }).equals(printReceipt(receipt))) {
    throw new BackupDamaged(location, [`${uri} appeared during the copy, and says other things than were proven.`]);
  }
  return there;
}

function explained(error: unknown, { source }: BackupRequest, location: string): unknown {
  const gone = error instanceof ObjectAbsent || error instanceof ObjectChanged;
  if (!gone || pathInside(location, error.uri) !== undefined) return error;
  return new SourceChanged(
    `${error.uri} is no longer what ${source.metadataLocation} says: the table ${source.tableArn} in ${source.account}/${source.region} ` +
      "has changed since, or snapshots expired. Read its metadata location and version token again, and back that version up.",
    { cause: error },
  );
}
