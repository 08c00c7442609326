import { crc32Of, crc32OfParts } from "../store/checksum.ts";
import type { ObjectHead, ObjectStore } from "../store/object-store.ts";
import { ObjectAbsent, ObjectExists, OtherBytes } from "../store/object-store.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesAtOnce, piecesInFlight, piecesOf, pieceSize } from "../store/pieces.ts";
import { readBack } from "./read-back.ts";

/** Where bytes come from and go to. */
export interface Stores {
  read: ObjectStore;
  write: ObjectStore;
  signal?: AbortSignal;
}

/** A file to copy: its URI at the source, and the one that it gets. */
export interface CopyJob {
  /** Its place in the order of all. */
  number: number;
  from: string;
  to: string;
  /** Bytes, as the manifest says. */
  size: number;
}

/**
 * Copies files and gives each one's CRC-32 to `done`. A file that an earlier run left complete is known by its size and by the
 * ETag of its source, and is not read again.
 */
export async function copyFiles(
  jobs: () => Iterable<CopyJob>,
  stores: Stores,
  done: (job: CopyJob, crc32: string) => void,
): Promise<void> {
  const copy = async (job: CopyJob) => done(job, await copyFile(job, stores));
  function* ofSize(isLarge: boolean): Generator<CopyJob> {
    for (const job of jobs()) if (job.size > pieceSize === isLarge) yield job;
  }
  await forEachParallel(ofSize(false), piecesInFlight, copy, stores.signal);
  await forEachParallel(ofSize(true), 1, copy, stores.signal);
}

/**
 * Writes a file made here, unless an earlier run left the same bytes.
 * @throws OtherBytes when something else lies there.
 */
export async function putOnce(store: ObjectStore, uri: string, body: Uint8Array): Promise<string> {
  const crc32 = crc32Of(body);
  const there = await store.head(uri);
  if (there?.size === body.length && there.crc32 === crc32) return crc32;
  await putBytes(store, uri, body);
  return crc32;
}

/**
 * Writes a file that may be larger than memory, made anew each time it is asked for, unless an earlier run left the same bytes.
 * @throws OtherBytes when something else lies there.
 */
export async function putPiecesOnce(
  store: ObjectStore,
  uri: string,
  pieces: () => Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const sums: { crc32: string; size: number }[] = [];
  let first: Uint8Array = Buffer.alloc(0);
  for (const piece of pieces()) {
    if (sums.length === 0) first = piece;
    sums.push({ crc32: crc32Of(piece), size: piece.length });
  }
  if (sums.length <= 1) return void (await putOnce(store, uri, first));
  const size = sums.reduce((bytes, piece) => bytes + piece.size, 0);
  const crc32 = crc32OfParts(sums);
  const there = await store.head(uri);
  if (there?.size === size && there.crc32 === crc32) return;
  const upload = await store.upload(uri);
  let number = 1;
  for (const piece of pieces()) {
    signal?.throwIfAborted();
    await upload.part(number++, piece);
  }
  await completeOnce(store, uri, () => upload.complete(size, crc32), size, crc32, signal);
}

/** Writes bytes where nothing is. Who finds the same bytes was not the first, which is as good. */
async function putBytes(store: ObjectStore, uri: string, body: Uint8Array, metadata?: Record<string, string>) {
  try {
    await store.put(uri, body, { ifNoneMatch: true, metadata });
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
    if (Buffer.compare(await store.get(uri), body) !== 0) throw new OtherBytes(uri, { cause: error });
  }
}

async function copyFile({ from, to, size }: CopyJob, stores: Stores): Promise<string> {
  const source = await stores.read.head(from);
  if (!source) throw new ObjectAbsent(from);
  if (source.size !== size) {
    throw new Error(
      `${from} has ${source.size} bytes, its manifest says ${size}: the table is damaged, nothing was backed up.`,
    );
  }
  const metadata = { "source-etag": source.etag.replaceAll('"', "") };
  const there = await stores.write.head(to);
  if (there?.crc32 && there.size === size && there.metadata["source-etag"] === metadata["source-etag"])
    return there.crc32;
  if (there) return equalBytes(from, to, there.size, source, stores);
  const crc32 =
    size <= pieceSize
      ? await copyWhole(from, to, source, metadata, stores)
      : await copyInParts(from, to, source, metadata, stores);
  if (source.crc32 && source.crc32 !== crc32) {
    throw new Error(`${from} was read with CRC-32 ${crc32}, but its storage says ${source.crc32}. Run again.`);
  }
  return crc32;
}

async function copyWhole(
  from: string,
  to: string,
  source: ObjectHead,
  metadata: Record<string, string>,
  { read, write }: Stores,
): Promise<string> {
  const body = await read.get(from, undefined, source.etag);
  expectLength(from, body, source.size);
  await putBytes(write, to, body, metadata);
  return crc32Of(body);
}

async function copyInParts(
  from: string,
  to: string,
  source: ObjectHead,
  metadata: Record<string, string>,
  { read, write, signal }: Stores,
): Promise<string> {
  // An upload that is broken off is left for the next run, which goes on with its parts.
  const upload = await write.upload(to, metadata);
  const sums: { crc32: string; size: number }[] = [];
  const copyPiece = async ({ number, start, end }: { number: number; start: number; end: number }) => {
    const body = await read.get(from, { start, end }, source.etag);
    expectLength(from, body, end - start);
    await upload.part(number, body);
    sums[number - 1] = { crc32: crc32Of(body), size: body.length };
  };
  await forEachParallel(piecesOf(source.size), piecesAtOnce(source.size), copyPiece, signal);
  const crc32 = crc32OfParts(sums);
  await completeOnce(write, to, () => upload.complete(source.size, crc32), source.size, crc32, signal);
  return crc32;
}

/** Makes an upload appear. Who finds the same bytes was not the first, which is as good. */
async function completeOnce(
  store: ObjectStore,
  uri: string,
  complete: () => Promise<void>,
  size: number,
  crc32: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await complete();
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
    if ((await readBack(store, uri, size, signal)) !== crc32) throw new OtherBytes(uri, { cause: error });
  }
}

/** What lies there already may be this file all the same: copied by other means, or by a run whose storage kept no checksum. */
async function equalBytes(
  from: string,
  to: string,
  size: number,
  source: ObjectHead,
  { read, write, signal }: Stores,
): Promise<string> {
  if (size !== source.size) throw new OtherBytes(to);
  const [wanted, found] = [await readBack(read, from, size, signal), await readBack(write, to, size, signal)];
  if (wanted !== found) throw new OtherBytes(to);
  return found;
}

function expectLength(uri: string, body: Uint8Array, length: number): void {
  if (body.length !== length) throw new Error(`${uri} gave ${body.length} bytes instead of ${length}. Run again.`);
}
