import { inspect } from "./contents.ts";
import { inventoryDigest, digestOfStored, parseInventory } from "./inventory.ts";
import type { StoredObject } from "./inventory.ts";
import { beside, pathInside } from "./location.ts";
import { ObjectAbsent } from "./object-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { forEachParallel } from "./parallel.ts";
import { piecesInFlight } from "./pieces.ts";
import { planTable } from "./plan.ts";
import type { TablePlan } from "./plan.ts";
import { meter } from "./progress.ts";
import type { Meter, OnProgress } from "./progress.ts";
import { readBack } from "./read-back.ts";
import type { Receipt } from "./receipt.ts";
import { RowTally } from "./rows.ts";
import { structuralProblems } from "./structure.ts";

/** The outcome of looking at a copy again. */
export interface Verification {
  ok: boolean;
  /** Each a sentence that names the object. */
  problems: string[];
  snapshots: number;
  /** Live rows of the current snapshot; absent when only the metadata was read. */
  rows?: number;
  files: number;
  bytes: number;
  digest: string;
}

/** `contents` reads every byte back and counts rows; `metadata` walks the metadata and asks each object for size and CRC-32. */
export type Depth = "contents" | "metadata";

export interface VerifyRequest {
  receipt: Receipt;
  store: ObjectStore;
  /** @default "contents" */
  depth?: Depth;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Holds a copy against its receipt. A copy that is not whole is a result, not an error; what cannot be read is an error. */
export async function verify({
  receipt,
  store,
  depth = "contents",
  onProgress,
  signal,
}: VerifyRequest): Promise<Verification> {
  const { location, metadataLocation } = receipt.destination;
  const inventory = await existing(() => store.get(`${location}/${beside.objects}`));
  if (typeof inventory === "string") return failed(inventory);
  // Nothing that follows from another inventory is worth telling.
  const digest = digestOfStored(inventory);
  if (digest !== receipt.digest) {
    return failed(
      `${location}/${beside.objects} is not the one that the receipt was given for: its digest is ${digest}, the receipt says ${receipt.digest}. ` +
        "Restore it, or take another backup.",
    );
  }
  const objects = parseInventory(inventory);
  const found = await verifyCopy({
    store,
    location,
    metadataLocation,
    objects,
    depth,
    progress: meter(onProgress),
    signal,
  });
  const problems = [...found.problems, ...(await unnamed(store, location, objects))];
  for (const member of ["digest", "snapshots", "files", "bytes", "rows"] as const) {
    if (found[member] !== undefined && found[member] !== receipt[member]) {
      problems.push(`The receipt says ${member} ${receipt[member]}, the copy has ${found[member]}.`);
    }
  }
  return { ...found, ok: problems.length === 0, problems };
}

/** Objects in the copy's folder that its inventory does not name. */
async function unnamed(store: ObjectStore, location: string, objects: StoredObject[]): Promise<string[]> {
  const named = new Set([...objects.map((object) => object.path), beside.objects, beside.receipt]);
  const problems: string[] = [];
  for await (const { uri } of store.list(`${location}/`)) {
    if (!named.has(pathInside(location, uri)!)) problems.push(`${uri} belongs to nothing in the copy.`);
  }
  return problems;
}

export interface CopyToVerify {
  store: ObjectStore;
  location: string;
  /** Absent for a table that has never held data. */
  metadataLocation: string | undefined;
  objects: StoredObject[];
  depth: Depth;
  progress: Meter;
  signal?: AbortSignal;
  /** More to ask of the copy's metadata: sentences on what is wrong. */
  alsoCheck?: (copy: TablePlan) => string[];
}

/** Reads a copy as any Iceberg engine would, from its metadata file down. */
export async function verifyCopy(request: CopyToVerify): Promise<Verification> {
  const { store, location, metadataLocation, objects, depth, progress, signal } = request;
  progress.begin(
    "verify",
    objects.length,
    objects.reduce((bytes, object) => bytes + object.size, 0),
  );
  const totals = {
    files: objects.length,
    bytes: objects.reduce((bytes, object) => bytes + object.size, 0),
    digest: inventoryDigest(objects),
  };
  if (metadataLocation === undefined) return { ok: true, problems: [], snapshots: 0, rows: 0, ...totals };
  const plan = await existing(() => planTable(store, metadataLocation, "all", signal));
  if (typeof plan === "string") return failed(plan);
  const problems = structuralProblems(plan, location, metadataLocation, objects);
  problems.push(...(request.alsoCheck?.(plan) ?? []));
  const tally = new RowTally(plan);
  await checkObjects(plan, request, tally, problems);
  const isCounted = depth === "contents" && problems.length === 0;
  return {
    ok: problems.length === 0,
    problems,
    snapshots: plan.snapshots.length,
    rows: isCounted ? await tally.rows(store) : undefined,
    ...totals,
  };
}

async function checkObjects(
  plan: TablePlan,
  request: CopyToVerify,
  tally: RowTally,
  problems: string[],
): Promise<void> {
  const { store, location, objects, depth, progress, signal } = request;
  const entries = Map.groupBy(
    [...plan.manifests.values()].flatMap((manifest) => manifest.entries),
    (entry) => entry.path,
  );
  const isInside = (uri: string) => pathInside(location, uri) !== undefined;
  const check = async (object: StoredObject) => {
    const uri = `${location}/${object.path}`;
    const head = await store.head(uri);
    if (!head) {
      problems.push(`${uri} is missing.`);
    } else if (head.size !== object.size || (head.crc32 !== undefined && head.crc32 !== object.crc32)) {
      problems.push(
        `${uri} is not as it was written: ${head.size} bytes with CRC-32 ${head.crc32}, ${object.size} and ${object.crc32} were.`,
      );
    } else if (depth === "contents") {
      const file = plan.files.get(uri);
      const read = file
        ? await inspect(store, isInside, file, entries.get(uri) ?? [], tally.onDeleted, signal)
        : { crc32: await readBack(store, uri, object.size, signal), rows: 0, problems: [] };
      tally.addFile(uri, read.rows);
      problems.push(...read.problems);
      if (read.crc32 !== object.crc32)
        problems.push(`${uri} reads back with CRC-32 ${read.crc32}, ${object.crc32} was written.`);
    }
    progress.file();
    progress.bytes(object.size);
  };
  await forEachParallel(objects, piecesInFlight, check, signal);
}

async function existing<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ObjectAbsent) return `${error.uri} is missing.`;
    throw error;
  }
}

function failed(problem: string): Verification {
  return { ok: false, problems: [problem], snapshots: 0, files: 0, bytes: 0, digest: inventoryDigest([]) };
}
