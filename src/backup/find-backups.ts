import type { ObjectStore } from "./store/object-store.ts";
import { forEachParallel } from "./store/parallel.ts";
import { piecesInFlight } from "./store/pieces.ts";
import { readReceipt } from "./model/receipt.ts";
import type { Receipt } from "./model/receipt.ts";
import { copyFileNames } from "./model/location.ts";

/** A folder of a backup, by what lies in it. */
export interface FoundBackup {
  /** Where it lies, which is not where it was made if it was moved. */
  location: string;
  /** Of all objects in it. */
  bytes: number;
  /** Absent where none was given, as after a run that was broken off, or it cannot be understood. */
  receipt?: Receipt;
  /** Why the receipt cannot be understood. */
  problem?: string;
  /** When the receipt was written, by the clock of the store, ISO 8601: what a receipt says of itself anybody can have written. */
  signedAt?: string;
  /** With a receipt, where it was made: its metadata file is not there, by which engines open it. A deletion that was broken off leaves that. */
  isPartlyDeleted?: true;
  /** Without a receipt: its metadata lies there, which is written last. So the receipt was deleted, or the run ended right before it. */
  isPublished?: true;
}

/** What a listing tells of a folder. */
interface Folder {
  bytes: number;
  isSigned: boolean;
  signed?: Date;
  /** Its metadata files. */
  published: string[];
}

/** Finds all backups below an address, the newest first; those that were not finished come last. */
export async function findBackups(store: ObjectStore, below: string, signal?: AbortSignal): Promise<FoundBackup[]> {
  const found = new Map<string, Folder>();
  const prefix = `${below.replace(/\/+$/, "")}/`;
  for await (const { uri, size, modified } of store.list(prefix)) {
    signal?.throwIfAborted();
    const location = folderOf(uri);
    if (location === undefined) continue;
    const folder = found.get(location) ?? { bytes: 0, isSigned: false, published: [] };
    found.set(location, folder);
    folder.bytes += size;
    if (uri === `${location}/${copyFileNames.receipt}`) Object.assign(folder, { isSigned: true, signed: modified });
    else if (/^\/metadata\/[^/]+\.metadata\.json$/.test(uri.slice(location.length))) folder.published.push(uri);
  }
  const backups: FoundBackup[] = [];
  const read = async ([location, { bytes, isSigned, signed, published }]: [string, Folder]) => {
    const one: FoundBackup = { location, bytes, ...(signed && { signedAt: signed.toISOString() }) };
    if (isSigned) Object.assign(one, await receiptIn(store, location));
    else if (published.length > 0) one.isPublished = true;
    if (one.receipt && isWithoutMetadata(one.receipt, location, published)) one.isPartlyDeleted = true;
    backups.push(one);
  };
  await forEachParallel(found, piecesInFlight, read, signal);
  const age = ({ receipt }: FoundBackup) => (receipt ? -Date.parse(receipt.verifiedAt) : 0);
  return backups.toSorted((a, b) => age(a) - age(b) || (a.location < b.location ? -1 : 1));
}

/** Tells whether the metadata file of a copy is missing that lies where it was made: of one that was moved the listing tells the receipt alone. */
function isWithoutMetadata({ destination }: Receipt, location: string, published: readonly string[]): boolean {
  const { location: made, metadataLocation } = destination;
  return made === location && metadataLocation !== undefined && !published.includes(metadataLocation);
}

async function receiptIn(store: ObjectStore, location: string): Promise<{ receipt: Receipt } | { problem: string }> {
  const uri = `${location}/${copyFileNames.receipt}`;
  const bytes = await store.get(uri);
  try {
    return { receipt: await readReceipt({ get: async () => bytes }, uri) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/**
 * `…/<account>/<Region>/<table id>/<version>` of an object below it; of a receipt, wherever a backup was moved to, its own folder. The prefix of
 * the backups may have an account and a Region in it too, and so may a path in the copy: the ids of AWS's tables are UUIDs, which tells them apart.
 */
function folderOf(uri: string): string | undefined {
  const candidates = [...uri.matchAll(/\/\d{12}\/[a-z]{2}[a-z-]*-\d+(?=(\/([^/]+)\/[^/]+)\/.)/g)];
  // What lies right in the folder of an account and Region, as their record does, is of no copy.
  const isBeside = targetFolder.test(uri.slice(0, uri.lastIndexOf("/")));
  const made =
    candidates.find(([, , id = ""]) => uuid.test(id)) ??
    candidates.find(([, below = ""]) => !isBeside && !targetFolder.test(below));
  if (made) return uri.slice(0, made.index) + made[0] + made[1];
  return uri.endsWith(`/${copyFileNames.receipt}`) ? uri.slice(0, -copyFileNames.receipt.length - 1) : undefined;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const targetFolder = /\/\d{12}\/[a-z]{2}[a-z-]*-\d+$/;
