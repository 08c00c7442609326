import type { Kept } from "../iceberg/metadata.ts";
import type { StoredObject } from "../copy/inventory.ts";
import { withObject } from "../store/object-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesInFlight } from "../store/pieces.ts";
import { planTable } from "../copy/plan.ts";
import { meter } from "../model/progress.ts";
import type { Meter, OnProgress } from "../model/progress.ts";
import { proveTable } from "../proof/prove.ts";
import { proofMeter } from "../verify/prove-copy.ts";
import { BackupDamaged, publish } from "../copy/publish.ts";
import type { Receipt } from "../model/receipt.ts";
import { normalS3Uri } from "../store/s3-uri.ts";
import { expectUnsharedFolder } from "./restore-folder.ts";
import { copyTable, metadataLocationIn, placesOfCopy } from "../copy/table-copy.ts";
import type { UnpublishedCopy } from "../copy/table-copy.ts";
import { verificationOf, verify } from "../verify/verify.ts";
import type { Verification } from "../verify/verify.ts";

/**
 * A table of a customer's table bucket. The bucket of the export, `aws-sagemaker-catalog`, is AWS's own and takes no writes:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-aws-managed-buckets.html.
 */
export interface RestoreTable {
  /** Creates the table, or finds the one that an earlier run created. */
  create(): Promise<RestoredTable>;
  /** UpdateTableMetadataLocation with the table's version token. */
  commit(metadataLocation: string, versionToken: string): Promise<void>;
}

/** A table to restore into: where its files go, its version token, and its metadata file once it has one. */
export interface RestoredTable {
  warehouseLocation: string;
  versionToken: string;
  metadataLocation?: string;
}

/** Which backup is restored, and into what. */
export interface RestoreRequest {
  receipt: Receipt;
  /** A table to fill, or the folder `s3://bucket/prefix` of a general-purpose bucket. */
  into: RestoreTable | string;
  /** Reads the backup. */
  read: ObjectStore;
  /** Writes, and reads back, what is restored. */
  write: ObjectStore;
  /** The id of the one snapshot to restore, which becomes the current. @default all of the backup */
  snapshot?: bigint;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** What was restored: the table's location, its metadata file, and what was found when it was read back. */
export interface Restored {
  location: string;
  metadataLocation: string;
  verification: Verification;
}

/**
 * Makes a table out of a backup, with all its snapshots or one, and reads it back before anybody can see it. Run again after a
 * failure, it goes on where it stopped; a folder that holds anything else is refused, since two tables would share it. Snapshot management of a table bucket expires old snapshots within days by default:
 * turn it off first for a table whose history matters (PutTableMaintenanceConfiguration).
 */
export async function restore(request: RestoreRequest): Promise<Restored> {
  const source = request.receipt.destination.metadataLocation;
  if (source === undefined)
    throw new Error("This backup is of a table that never held data; there is nothing to restore.");
  const progress = meter(request.onProgress);
  return typeof request.into === "string"
    ? fill(request, source, normalS3Uri(request.into), progress)
    : fillTable(request, source, request.into, progress);
}

async function fillTable(
  request: RestoreRequest,
  source: string,
  table: RestoreTable,
  progress: Meter,
): Promise<Restored> {
  const { warehouseLocation, versionToken, metadataLocation } = await table.create();
  const location = normalS3Uri(warehouseLocation);
  const wanted = metadataLocationIn(location, source);
  if (metadataLocation !== undefined && metadataLocation !== wanted) {
    throw new Error(`The table at ${location} holds data already (${metadataLocation}). Restore into a new table.`);
  }
  const restored = await fill(request, source, location, progress);
  if (metadataLocation === undefined) await table.commit(restored.metadataLocation, versionToken);
  return restored;
}

async function fill(
  { receipt, into, read, write, snapshot, signal }: RestoreRequest,
  source: string,
  location: string,
  progress: Meter,
): Promise<Restored> {
  expectWhole(await verify({ receipt, store: read, depth: "metadata", signal }), receipt.destination.location);
  progress.begin("plan");
  const history: Kept = snapshot ?? "all";
  const plan = await planTable(read, source, history, signal);
  if (snapshot !== undefined && plan.snapshots.length === 0) {
    throw new Error(`The backup at ${receipt.destination.location} has no snapshot ${snapshot}.`);
  }
  // A table bucket lists nothing, and makes a warehouse of its own for each table.
  if (typeof into === "string") await expectUnsharedFolder(location, placesOfCopy(plan, source, location), write);
  const copy = await copyTable(plan, source, location, history, { read, write, signal }, progress);
  const { metadataLocation, metadata } = copy;
  const store = withObject(write, metadataLocation, metadata);
  const list = (note: (uri: string, size: number) => void) => askForEach(store, copy, note, signal);
  const request = { source, location, metadataLocation, history, read, write: store, list, signal };
  const verification = verificationOf(await proveTable(request, proofMeter(progress)));
  expectWhole(verification, location);
  if (snapshot === undefined && verification.rows !== receipt.rows) {
    throw new BackupDamaged(location, [`It has ${verification.rows} rows, the backup's receipt says ${receipt.rows}.`]);
  }
  progress.begin("publish");
  await publish(write, copy);
  return { location, metadataLocation, verification };
}

/** Asks for each object, since a table bucket lists none. */
async function askForEach(
  store: ObjectStore,
  { location, objects }: UnpublishedCopy,
  note: (uri: string, size: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const ask = async ({ path }: StoredObject) => {
    const uri = `${location}/${path}`;
    const head = await store.head(uri);
    if (head) note(uri, head.size);
  };
  await forEachParallel(objects(), piecesInFlight, ask, signal);
}

function expectWhole(verification: Verification, location: string): void {
  if (!verification.ok) throw new BackupDamaged(location, verification.problems);
}
