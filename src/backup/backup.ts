import { putOnce } from "./copy.ts";
import type { History } from "./iceberg/metadata.ts";
import { parseInventory, printInventory } from "./inventory.ts";
import type { StoredObject } from "./inventory.ts";
import { beside, copyLocation, pathInside } from "./location.ts";
import type { TableVersion } from "./location.ts";
import { ObjectAbsent, ObjectChanged, ObjectExists } from "./object-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { planTable } from "./plan.ts";
import { meter } from "./progress.ts";
import type { Meter, OnProgress } from "./progress.ts";
import { BackupDamaged, passed, publish, verifyUnpublished } from "./publish.ts";
import { findReceipt, printReceipt, readReceipt, receiptUri } from "./receipt.ts";
import type { Receipt } from "./receipt.ts";
import { copyTable, metadataLocationIn } from "./table-copy.ts";
import { verify, verifyCopy } from "./verify.ts";
import type { Verification } from "./verify.ts";

export interface BackupRequest {
  source: TableVersion;
  /** `s3://bucket/prefix`; each version gets its own folder below. */
  destination: string;
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
 * Copies one version of a table into a folder of its own, from which any Iceberg engine opens it, and reads the copy back.
 *
 * Nobody sees a copy before it is whole: its metadata file is written last, after everything else was verified. Run again
 * after a failure at any point, it goes on where it stopped; when the version is backed up already, it checks that and
 * returns the receipt. Nothing that was published is ever written again.
 * @throws SourceChanged when a commit or the expiry of snapshots removed files of this version.
 * @throws BackupDamaged when what lies at the destination is not what was written there.
 */
export async function backUp(request: BackupRequest): Promise<Receipt> {
  const { source, write } = request;
  const location = copyLocation(request.destination, source, request.history);
  const earlier = await findReceipt(write, receiptUri(location));
  if (earlier) return confirm(earlier, request);

  const progress = meter(request.onProgress);
  const metadataLocation = source.metadataLocation && metadataLocationIn(location, source.metadataLocation);
  const isPublished = metadataLocation !== undefined && (await write.head(metadataLocation)) !== undefined;
  const found =
    metadataLocation === undefined || isPublished
      ? await verifyPublished(request, location, metadataLocation, progress)
      : await makeCopy(request, location, progress);
  const { snapshots, rows = 0, files, bytes, digest } = found;
  return sign(write, {
    version: 1,
    source,
    destination: { location, metadataLocation },
    snapshots,
    rows,
    files,
    bytes,
    verifiedAt: new Date().toISOString(),
    digest,
  });
}

/** The table moved on while this version was being copied: read its metadata location and version token again. */
export class SourceChanged extends Error {
  override name = "SourceChanged";
}

/** A version that has its receipt needs no second copy, only the certainty that the first is still there. */
async function confirm(receipt: Receipt, { source, write, signal }: BackupRequest): Promise<Receipt> {
  const { location } = receipt.destination;
  const differing = (["account", "region", "tableArn", "metadataLocation", "versionToken"] as const).filter(
    (member) => receipt.source[member] !== source[member],
  );
  if (differing.length > 0) {
    const members = differing.map((member) => `${member} ${receipt.source[member]}, not ${source[member]}`).join("; ");
    throw new BackupDamaged(location, [`Its receipt is of another version: ${members}.`]);
  }
  passed(await verify({ receipt, store: write, depth: "metadata", signal }), location);
  return receipt;
}

/** An earlier run published the copy and ended before it wrote the receipt; or the table is empty and there is nothing to copy. */
async function verifyPublished(
  { write, signal }: BackupRequest,
  location: string,
  metadataLocation: string | undefined,
  progress: Meter,
): Promise<Verification> {
  const inventory = `${location}/${beside.objects}`;
  if (metadataLocation === undefined) await putOnce(write, inventory, printInventory([]));
  const objects = parseInventory(await write.get(inventory));
  const request = { store: write, location, metadataLocation, objects, depth: "contents", progress, signal } as const;
  return passed(await verifyCopy(request), location);
}

async function makeCopy(request: BackupRequest, location: string, progress: Meter): Promise<Verification> {
  const { read, write, history, signal } = request;
  const source = request.source.metadataLocation!;
  try {
    progress.begin("plan");
    const plan = await planTable(read, source, history, signal);
    const copy = await copyTable(plan, source, location, history, { read, write, signal }, progress);
    copy.objects.push(await keepEvidence(write, location, plan.metadataBytes));
    const verification = await verifyUnpublished(copy, plan, write, progress, signal);
    progress.begin("publish");
    await putOnce(write, `${location}/${beside.objects}`, printInventory(copy.objects));
    await publish(write, copy);
    return verification;
  } catch (error) {
    throw explained(error, request, location);
  }
}

/** The source's metadata as it was: it alone tells old paths and the log of earlier metadata files. */
async function keepEvidence(write: ObjectStore, location: string, bytes: Uint8Array): Promise<StoredObject> {
  const crc32 = await putOnce(write, `${location}/${beside.evidence}`, bytes);
  return { path: beside.evidence, size: bytes.length, crc32 };
}

async function sign(write: ObjectStore, receipt: Receipt): Promise<Receipt> {
  const uri = receiptUri(receipt.destination.location);
  try {
    await write.put(uri, printReceipt(receipt), { ifNoneMatch: true });
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
  }
  return readReceipt(write, uri);
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
