import type { ObjectStore } from "../store/object-store.ts";
import { positionDeleteDifferences, rangesOf, readPositionDeleteFile } from "./delete-files.ts";
import type { PositionDeletes } from "./delete-files.ts";
import { openPuffin, puffinDifferences, vectorAt } from "./deletion-vectors.ts";
import type { PuffinFile } from "./deletion-vectors.ts";
import { FileSums, strongestOf } from "./file-sums.ts";
import type { RemovedRows } from "./live-rows.ts";
import type { NamedFile } from "./manifests.ts";
import { isInside } from "./layout.ts";
import type { Places } from "./layout.ts";
import type { ObjectsSeen } from "./objects-seen.ts";
import type { Problems } from "./problems.ts";
import { isObjectAbsent, piecesOfObject } from "./reading.ts";
import { copySide, CopyProblem, noting, sourceSide } from "./side.ts";
import { rowsIn } from "./row-counts.ts";
import type { Side } from "./side.ts";

/** A file below the manifests, at the source and in the copy, with everything that names it. */
export interface FilePair {
  from: string;
  to: string;
  /** As the source's metadata says. */
  size: bigint;
  /** Whether the source's has been removed since: statistics are optional. */
  isGone?: boolean;
  source: NamedFile[];
  copy: NamedFile[];
}

/** What was read in the files of both sides. */
export interface FilesRead {
  /** Of the copy, with sizes, checksums and rows. */
  objects: ObjectsSeen;
  /** What the delete files of either side remove. */
  removed: { source: RemovedRows; copy: RemovedRows };
  /** Tells why the rows of a file cannot be counted, by its path at the source. */
  notCounted: (path: string, reason: string) => void;
}

/** What the comparison of any file needs: both stores, how paths were changed, and where problems and progress go. */
export interface Comparing {
  read: ObjectStore;
  write: ObjectStore;
  moved: Places;
  /** Whether a copy is held against itself, and so need not be read twice. */
  isSame: boolean;
  /** Folder of the copy. */
  location: string;
  problems: Problems;
  onBytes: (count: number) => void;
}

/** Holds a file of the copy against the source's, and notes what both hold. */
export async function compareFiles(pair: FilePair, found: FilesRead, comparing: Comparing): Promise<void> {
  const [named] = pair.source;
  const { problems } = comparing;
  await noting(problems, async () => {
    if (named?.content === "positionDeletes") await compareDeletes(pair, found, comparing);
    else await compareBytes(pair, named, found, comparing);
  });
}

/** Data, equality deletes and statistics are the same bytes. What the source's storage keeps no checksum of is read on both sides. */
async function compareBytes(
  { from, to, size, source, isGone }: FilePair,
  named: NamedFile | undefined,
  found: FilesRead,
  comparing: Comparing,
): Promise<void> {
  const { read, write, problems, onBytes } = comparing;
  const isSame = comparing.isSame || isGone === true;
  const head = isSame ? await write.head(to) : await read.head(from);
  if (!head && isSame) throw new CopyProblem(`${to} is missing.`);
  // Reading what is not there is the store's own error.
  if (!head) return void (await read.get(from));
  if (BigInt(head.size) !== size && isSame)
    throw new CopyProblem(`${to} has ${head.size} bytes, its manifest says ${size}.`);
  if (BigInt(head.size) !== size)
    throw new Error(`${from} has ${head.size} bytes, its manifest says ${size}: the table is damaged.`);
  const copied = await write.head(to);
  if (!copied) throw new CopyProblem(`${to} is missing.`);
  if (copied.size !== head.size) throw new CopyProblem(`${to} has ${copied.size} bytes instead of ${head.size}.`);
  const known = strongestOf(head.checksums ?? {});
  const sums = new FileSums(known?.algorithm);
  const originals = known || isSame ? undefined : piecesOfObject(read, from, head.size, head.etag);
  let whole: Buffer | undefined;
  let differs = false;
  try {
    for await (const piece of piecesOfObject(write, to, head.size)) {
      sums.update(piece);
      if (originals) differs ||= !(await originals.next()).value?.equals(piece);
      if (piece.length === head.size) whole = piece;
      onBytes(piece.length);
    }
  } catch (error) {
    if (isObjectAbsent(error) && (error as { uri?: string }).uri === to) throw new CopyProblem(`${to} is missing.`);
    throw error;
  }
  const value = sums.value();
  found.objects.name(to, value.crc32);
  if (differs || (known && value[known.algorithm] !== known.value)) {
    throw new CopyProblem(`${to} has other bytes than ${from}.`);
  }
  if (!named) return;
  const side = copySide(write);
  const ranges = whole ? rangesOf(whole) : (start: number, end: number) => side.bytes(to, { start, end });
  if (named.content === "equalityDeletes" && !["PARQUET", "AVRO"].includes(named.format)) return;
  let rows: bigint;
  try {
    rows = await side.parsed(to, () => rowsIn(named.format, ranges, head.size));
  } catch (error) {
    if (!(error instanceof CopyProblem)) throw error;
    // The bytes are the source's: what cannot be counted in them is no fault of the copy.
    return found.notCounted(from, error.message);
  }
  found.objects.countRows(to, Number(rows));
  for (const entry of source) checkRecords(to, entry, found, problems);
}

/** Holds what a manifest says of a file's rows against those that were counted in it. */
export function checkRecords(to: string, { records }: NamedFile, { objects }: FilesRead, problems: Problems): void {
  const rows = objects.rowsOf(to);
  if (rows !== undefined && records !== BigInt(rows))
    problems.add(`${to} holds ${rows} rows, its manifest says ${records}.`);
}

/** Asks for size and checksum of a file of the copy, and reads nothing of it. */
export async function askFile({ to, size, source }: FilePair, found: FilesRead, comparing: Comparing): Promise<void> {
  const { write, problems } = comparing;
  const head = await write.head(to);
  if (!head) return problems.add(`${to} is missing.`);
  if (BigInt(head.size) !== size) problems.add(`${to} has ${head.size} bytes, its manifest says ${size}.`);
  found.objects.name(to, head.crc32);
  for (const { referenced } of source) if (referenced) expectInside(to, [referenced], comparing.location, problems);
}

/** Position deletes and deletion vectors name data files by their paths, so both sides are read and compared row by row. */
async function compareDeletes(
  pair: FilePair,
  found: FilesRead,
  { read, write, moved, isSame, location, problems, onBytes }: Comparing,
): Promise<void> {
  const { from, to, source, copy } = pair;
  const toSide = copySide(write);
  const fromSide = isSame ? toSide : sourceSide(read);
  const original = await fromSide.bytes(from);
  if (BigInt(original.length) !== pair.size) {
    if (isSame) throw new CopyProblem(`${to} has ${original.length} bytes, its manifest says ${pair.size}.`);
    throw new Error(`${from} has ${original.length} bytes, its manifest says ${pair.size}: the table is damaged.`);
  }
  const copied = isSame ? original : await toSide.bytes(to);
  onBytes(copied.length);
  const sums = new FileSums(undefined);
  sums.update(copied);
  found.objects.name(to, sums.value().crc32);
  if (source[0]!.format === "PUFFIN") {
    const [before, after] = [
      await fromSide.parsed(from, () => openPuffin(original)),
      await toSide.parsed(to, () => openPuffin(copied)),
    ];
    problems.of(to, await toSide.parsed(to, () => puffinDifferences(before, after, moved)));
    await addVectors(fromSide, from, before, source, found.removed.source);
    await addVectors(toSide, to, after, copy, found.removed.copy);
    expectInside(
      to,
      copy.map(({ referenced }) => referenced ?? ""),
      location,
      problems,
    );
    return;
  }
  const { format } = source[0]!;
  const [before, after] = [
    await fromSide.parsed(from, () => readPositionDeleteFile(original, format)),
    await toSide.parsed(to, () => readPositionDeleteFile(copied, format)),
  ];
  expectInside(
    to,
    after.rows.map(({ path }) => path),
    location,
    problems,
  );
  problems.of(
    to,
    positionDeleteDifferences(before, after, (path) => moved.of(path)),
  );
  addPositions(before, source, found.removed.source);
  addPositions(after, copy, found.removed.copy);
  for (const { records, pathBounds, referenced } of copy) {
    if (records !== BigInt(after.rows.length))
      problems.add(`${to} holds ${after.rows.length} rows, its manifest says ${records}.`);
    for (const { path } of after.rows) {
      const name = Buffer.from(path);
      const isOutside =
        (pathBounds.lower && Buffer.compare(name, pathBounds.lower) < 0) ||
        (pathBounds.upper && Buffer.compare(name, pathBounds.upper) > 0) ||
        (referenced !== undefined && referenced !== path);
      if (isOutside) problems.add(`${to} deletes rows of ${path}, outside the bounds that its manifest gives.`);
    }
  }
}

function expectInside(uri: string, targets: string[], location: string, problems: Problems): void {
  const outside = new Set(targets.filter((target) => !isInside(location, target)));
  for (const target of outside) problems.add(`${uri} deletes rows of ${target}, outside the copy.`);
}

async function addVectors(
  side: Side,
  uri: string,
  file: PuffinFile,
  named: NamedFile[],
  removed: RemovedRows,
): Promise<void> {
  for (const entry of named) {
    await side.parsed(uri, () => {
      if (!entry.vector) throw new Error("a manifest names it without a deletion vector");
      const { of, positions } = vectorAt(file, entry.vector.offset, entry.vector.size);
      if (of !== entry.referenced)
        throw new Error(`its deletion vector is of ${of}, its manifest says ${entry.referenced}`);
      if (BigInt(positions.size) !== entry.records) {
        throw new Error(`its deletion vector removes ${positions.size} rows, its manifest says ${entry.records}`);
      }
      removed.set(entry, new Map([[of, positions]]));
    });
  }
}

function addPositions({ rows }: PositionDeletes, named: NamedFile[], removed: RemovedRows): void {
  const byPath = new Map<string, Set<number>>();
  for (const { path, position } of rows) {
    const positions = byPath.get(path) ?? new Set();
    byPath.set(path, positions.add(Number(position)));
  }
  for (const entry of named) removed.set(entry, byPath);
}
