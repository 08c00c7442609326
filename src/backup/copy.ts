import { crc32Of, crc32OfParts } from "./checksum.ts";
import type { ObjectHead, ObjectStore } from "./object-store.ts";
import { ObjectAbsent } from "./object-store.ts";
import { forEachParallel } from "./parallel.ts";

/** Where bytes come from and go to. */
export interface Stores {
  read: ObjectStore;
  write: ObjectStore;
  signal?: AbortSignal;
}

export interface CopyJob {
  from: string;
  to: string;
  /** Bytes, as the manifest says. */
  size: number;
}

/** Objects up to this size travel in one piece, larger ones in parts of it. Bytes. */
export const pieceSize = 8 * 2 ** 20;

/** Pieces in flight at once, which bounds memory. */
export const piecesInFlight = 12;

/**
 * Copies files and gives each one's CRC-32 to `done`. A file that an earlier run left complete is known by its size and by the
 * ETag of its source, and is not read again.
 */
export async function copyFiles(
  jobs: CopyJob[],
  stores: Stores,
  done: (job: CopyJob, crc32: string) => void,
): Promise<void> {
  const copy = async (job: CopyJob) => done(job, await copyFile(job, stores));
  const small = jobs.filter((job) => job.size <= pieceSize);
  const large = jobs.filter((job) => job.size > pieceSize);
  await forEachParallel(small, piecesInFlight, copy, stores.signal);
  await forEachParallel(large, 1, copy, stores.signal);
}

/** Writes a file made here, unless an earlier run left the same bytes. */
export async function putOnce(store: ObjectStore, uri: string, body: Uint8Array): Promise<string> {
  const crc32 = crc32Of(body);
  const there = await store.head(uri);
  if (there?.size !== body.length || there.crc32 !== crc32) await store.put(uri, body);
  return crc32;
}

/** The pieces of a file of this size, in order. */
export function* piecesOf(size: number): Generator<{ number: number; start: number; end: number }> {
  // S3 takes at most 10,000 parts.
  const length = Math.max(pieceSize, Math.ceil(size / 10_000));
  for (let start = 0, number = 1; start < size; start += length, number++) {
    yield { number, start, end: Math.min(size, start + length) };
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
  await write.put(to, body, { metadata });
  return crc32Of(body);
}

async function copyInParts(
  from: string,
  to: string,
  source: ObjectHead,
  metadata: Record<string, string>,
  { read, write, signal }: Stores,
): Promise<string> {
  const upload = await write.upload(to, metadata);
  const sums: { crc32: string; size: number }[] = [];
  try {
    const copyPiece = async ({ number, start, end }: { number: number; start: number; end: number }) => {
      const body = await read.get(from, { start, end }, source.etag);
      expectLength(from, body, end - start);
      await upload.part(number, body);
      sums[number - 1] = { crc32: crc32Of(body), size: body.length };
    };
    await forEachParallel(piecesOf(source.size), piecesInFlight, copyPiece, signal);
    const crc32 = crc32OfParts(sums);
    await upload.complete(source.size, crc32);
    return crc32;
  } catch (error) {
    // Parts of an upload that is never completed are paid for until they are aborted.
    await upload.abort().catch(() => {});
    throw error;
  }
}

function expectLength(uri: string, body: Uint8Array, length: number): void {
  if (body.length !== length) throw new Error(`${uri} gave ${body.length} bytes instead of ${length}. Run again.`);
}
