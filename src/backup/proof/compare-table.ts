import { askFile, checkRecords, compareFiles } from "./file-comparison.ts";
import type { Comparing, FilePair, FilesRead } from "./file-comparison.ts";
import { isInside } from "./layout.ts";
import type { NamedManifest } from "./manifests.ts";
import { marks } from "./objects-seen.ts";
import type { ObjectsSeen } from "./objects-seen.ts";
import type { Problems } from "./problems.ts";
import type { Depth, Proof, TableRequest } from "./proof.ts";
import { forEach, Turns } from "./reading.ts";
import { compareTables } from "./table-comparison.ts";
import type { ComparedTable, NamedPair } from "./table-comparison.ts";
import { TableCount } from "./table-count.ts";

/** Tells how far the proof is. */
export interface ProofMeter {
  begin(files: number, bytes: number): void;
  file(): void;
  bytes(count: number): void;
}

/** Files at once: each holds some pieces of 8 MiB. */
const filesAtOnce = 8;
/** Manifests at once, where they are small; a large one goes alone. */
const manifestsAtOnce = 6;
const smallManifest = 2n ** 20n;

type Whole = Extract<Proof, { ok: true }>;

/** What was compared: the metadata, and what the proof says of the whole. */
export interface Compared {
  table: ComparedTable;
  found: Pick<Whole, "snapshots" | "rows" | "rowsNotCounted" | "leftOut" | "unread">;
}

/**
 * Reads a table and what was made of it, and notes where they differ. Data files, of which there may be millions, are taken as the manifests
 * name them, and little is kept of each; delete files are kept, since they speak of rows of the files that come after them.
 */
export async function compareTable(
  request: TableRequest & { objects: ObjectsSeen; isListed: boolean; depth?: Depth },
  problems: Problems,
  meter: ProofMeter,
): Promise<Compared> {
  const { read, write, objects, location, source, metadataLocation, depth, signal } = request;
  meter.begin(objects.count.listed, objects.bytesListed);
  const table = await compareTables({ ...request, copy: metadataLocation, problems, onFile: () => meter.file() });
  const { moved } = table;
  const isSame = source === metadataLocation;
  const onBytes = (count: number) => meter.bytes(count);
  const comparing: Comparing = { read, write, moved, location, isSame, problems, onBytes };
  /** Why rows of files cannot be counted; of the first few. */
  const uncounted = new Map<string, string>();
  const found: FilesRead = {
    objects,
    removed: { source: new Map(), copy: new Map() },
    notCounted: (path, reason) => void (uncounted.size < 1000 && uncounted.set(path, reason)),
  };
  const unread = { files: 0, bytes: 0 };
  const turns = new Turns(filesAtOnce);
  const compareOne = (pair: FilePair) =>
    turns.take(async () => {
      if (isSame && !isInside(location, pair.to)) problems.add(`${pair.to} lies outside the copy.`);
      await (depth === "metadata" ? askFile : compareFiles)(pair, found, comparing);
      unread.files += 1;
      unread.bytes += objects.sizeOf(pair.to) ?? 0;
      meter.file();
    });

  const live: NamedPair[] = [];
  const deletes = new Map<string, FilePair>();
  const noteDeletes = (pair: NamedPair, isLive: boolean) => {
    const { path, size } = pair.source;
    const to = moved.of(path);
    const known = deletes.get(to) ?? { from: path, to, size, source: [], copy: [] };
    known.source.push(pair.source);
    if (pair.copy) known.copy.push(pair.copy);
    deletes.set(to, known);
    if (isLive) live.push(pair);
  };
  const compareDeletes = async () => {
    await forEach(deletes.values(), filesAtOnce, compareOne, signal);
    deletes.clear();
  };

  const underWay = new Map<string, Promise<void>>();
  const compareData = async ({ source: file }: NamedPair, to: string) => {
    if (objects.markOnce(to, marks.begun)) {
      const reading = compareOne({ from: file.path, to, size: file.size, source: [file], copy: [] });
      underWay.set(to, reading);
      return reading.finally(() => underWay.delete(to));
    }
    // Another manifest names it as well.
    await underWay.get(to);
    checkRecords(to, file, found, problems);
  };

  await walk(table, true, async (pair, isLive) => noteDeletes(pair, isLive), signal);
  await compareDeletes();
  const count = new TableCount(table, live, found, write, problems);
  for (const { source: file } of live) {
    const reason = file.content === "data" ? misplaced(file.path) : uncounted.get(file.path);
    if (reason !== undefined) count.giveUp(reason);
  }
  const addData = async (pair: NamedPair, isLive: boolean) => {
    const { path, content } = pair.source;
    if (content !== "data") {
      count.giveUp(misplaced(path));
      return noteDeletes(pair, false);
    }
    const to = moved.of(path);
    await compareData(pair, to);
    if (!isLive || depth === "metadata") return;
    if (objects.rowsOf(to) === undefined) count.giveUp(uncounted.get(path) ?? `${to} cannot be read.`);
    else await count.add(to, pair);
  };
  await walk(table, false, addData, signal);
  await compareDeletes();
  await forEach(table.statistics, filesAtOnce, compareOne, signal);

  const leftOut = [...table.leftOut].toSorted();
  const all = { snapshots: table.snapshots, ...(leftOut.length > 0 && { leftOut }) };
  if (depth === "metadata") return { table, found: { ...all, unread } };
  return { table, found: { ...all, ...(problems.all.length === 0 && count.result()) } };
}

/** Compares the manifests of one kind, and gives what they name. */
async function walk(
  table: ComparedTable,
  holdsDeletes: boolean,
  each: (pair: NamedPair, isLive: boolean) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const one = async (manifest: NamedManifest) => {
    const pairs = await table.compareManifest(manifest);
    await forEach(pairs, filesAtOnce, (pair) => each(pair, manifest.isCurrent), signal);
  };
  const manifests = table.manifests.filter((manifest) => manifest.holdsDeletes === holdsDeletes);
  const [small, large] = [true, false].map((is) => manifests.filter(({ length }) => length < smallManifest === is));
  await forEach(small!, manifestsAtOnce, one, signal);
  await forEach(large!, 1, one, signal);
}

function misplaced(path: string): string {
  return `A manifest of the other kind names ${path}.`;
}
