import { copyFiles, putOnce } from "./copy.ts";
import type { CopyJob, Stores } from "./copy.ts";
import { rewriteManifest } from "../iceberg/manifest.ts";
import { rewriteManifestList } from "../iceberg/manifest-list.ts";
import { rewriteMetadata, writeMetadata } from "../iceberg/metadata.ts";
import type { Kept } from "../iceberg/metadata.ts";
import { rewritePositionDeletes } from "../iceberg/position-deletes.ts";
import { rewritePuffin } from "../iceberg/puffin.ts";
import { crc32Of } from "../store/checksum.ts";
import type { PlannedFile } from "./file-sequence.ts";
import type { StoredObject } from "./inventory.ts";
import { pathMapper, pathInside } from "../model/location.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesInFlight } from "../store/pieces.ts";
import type { DeleteFile, TablePlan } from "./plan.ts";
import type { Meter } from "../model/progress.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { baseName } from "../store/s3-uri.ts";

/** A table's files at another place, but for the metadata file: nobody sees a table until that is published. */
export interface UnpublishedCopy {
  location: string;
  metadataLocation: string;
  metadata: Buffer;
  /** All objects, the metadata file included, in the same order each time. */
  objects(): Iterable<StoredObject>;
}

/** Returns where the metadata file of a copy lies. */
export function metadataLocationIn(location: string, source: string): string {
  const name = baseName(source)
    .replace(/\.gz\.metadata\.json$/, ".metadata.json")
    .replace(/\.gz$/, "");
  return `${location}/metadata/${name}`;
}

/** Gives the URI of every object that a copy of the plan writes. */
export function* placesOfCopy(plan: TablePlan, source: string, location: string): Generator<string> {
  const move = pathMapper(plan.metadata.location, location);
  for (const { path } of plan.copies) yield move(path);
  for (const files of [plan.deletes, plan.manifests, plan.lists]) for (const uri of files.keys()) yield move(uri);
  yield metadataLocationIn(location, source);
}

/**
 * Copies a table bottom-up: a manifest holds the sizes of delete files and a list the lengths of manifests, so each level is
 * written when the one below it is. Writing is deterministic: a second run writes the same bytes, or nothing.
 */
export async function copyTable(
  plan: TablePlan,
  source: string,
  location: string,
  history: Kept,
  stores: Stores,
  progress: Meter,
): Promise<UnpublishedCopy> {
  const move = pathMapper(plan.metadata.location, location);
  const written: StoredObject[] = [];
  const note = (uri: string, size: number, crc32: string) => {
    written.push({ path: pathInside(location, uri)!, size, crc32 });
    progress.file();
    progress.bytes(size);
  };
  const rewriteAll = async (
    uris: Iterable<string>,
    rewrite: (bytes: Uint8Array, uri: string) => Buffer | Promise<Buffer>,
  ) => {
    const sizes = new Map<string, number>();
    const rewriteOne = async (uri: string) => {
      const body = await rewrite(await stores.read.get(uri), uri);
      sizes.set(uri, body.length);
      note(move(uri), body.length, await putOnce(stores.write, move(uri), body));
    };
    await forEachParallel(uris, piecesInFlight, rewriteOne, stores.signal);
    return sizes;
  };

  const { copies } = plan;
  const sums = new Uint32Array(copies.count);
  progress.begin("data", copies.count, copies.bytes);
  await copyFiles(
    () => jobsOf(copies, move),
    stores,
    ({ number, size }, crc32) => {
      sums[number] = Buffer.from(crc32, "base64").readUInt32BE();
      progress.file();
      progress.bytes(size);
    },
  );

  const rewrites = [...plan.deletes.values()];
  progress.begin("deletes", rewrites.length, sum(rewrites));
  const deleteSizes = await rewriteAll(plan.deletes.keys(), (bytes, uri) =>
    rewriteDeletes(plan.deletes.get(uri)!, bytes, move),
  );

  progress.begin("manifests", plan.manifests.size + plan.lists.size);
  const lengths = await rewriteAll(plan.manifests.keys(), (bytes) =>
    rewriteManifest(bytes, move, (uri) => deleteSizes.get(uri)),
  );
  await rewriteAll(plan.lists.keys(), (bytes) => rewriteManifestList(bytes, move, (uri) => lengths.get(uri)!));

  const metadata = writeMetadata(rewriteMetadata(plan.metadata, location, move, history, plan.leftOut));
  const metadataLocation = metadataLocationIn(location, source);
  written.push({ path: pathInside(location, metadataLocation)!, size: metadata.length, crc32: crc32Of(metadata) });
  // Runs end in any order.
  written.sort((a, b) => (a.path < b.path ? -1 : 1));
  function* objects(): Generator<StoredObject> {
    yield* written;
    for (const { number, to, size } of jobsOf(copies, move)) {
      yield { path: pathInside(location, to)!, size, crc32: base64Of(sums[number]!) };
    }
  }
  return { location, metadataLocation, metadata, objects };
}

/**
 * Rewrites every delete file, and keeps nothing of it: what cannot be rewritten is known before anything is written.
 * @throws an error that names the file and the reason
 */
export async function tryDeletes(
  plan: TablePlan,
  read: ObjectStore,
  location: string,
  signal?: AbortSignal,
): Promise<void> {
  const move = pathMapper(plan.metadata.location, location);
  const attempt = async (file: DeleteFile) => void (await rewriteDeletes(file, await read.get(file.path), move));
  await forEachParallel(plan.deletes.values(), piecesInFlight, attempt, signal);
}

/**
 * Returns a file of position deletes or deletion vectors that names the data files at their new places.
 * @throws an error that names the file and the reason
 */
export async function rewriteDeletes(
  file: DeleteFile,
  bytes: Uint8Array,
  move: (uri: string) => string,
): Promise<Buffer> {
  try {
    if (file.format === "PUFFIN") return rewritePuffin(bytes, move);
    return await rewritePositionDeletes(bytes, file.format, move);
  } catch (error) {
    throw new Error(`Cannot back up ${file.path}: ${(error as Error).message}.`, { cause: error });
  }
}

function* jobsOf(files: Iterable<PlannedFile>, move: (uri: string) => string): Generator<CopyJob> {
  let number = 0;
  for (const { path, size } of files) yield { number: number++, from: path, to: move(path), size };
}

function base64Of(crc32: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString("base64");
}

function sum(files: { size: number }[]): number {
  return files.reduce((bytes, file) => bytes + file.size, 0);
}
