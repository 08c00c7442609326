import type { ObjectStore } from "../store/object-store.ts";
import { differencesOf } from "./difference.ts";
import type { ExactObject } from "./exact-json.ts";
import type { AvroContainer } from "./avro-file.ts";
import type { FilePair } from "./file-comparison.ts";
import { FileSums } from "./file-sums.ts";
import type { ObjectsSeen } from "./objects-seen.ts";
import { filesIn, listDifferences, manifestDifferences, manifestsIn } from "./manifests.ts";
import type { NamedFile, NamedManifest } from "./manifests.ts";
import { isInside, MovedPaths, samePlaces } from "./layout.ts";
import type { Places } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { forEach } from "./reading.ts";
import { copySide, noting, openAvroAt, sourceSide } from "./side.ts";
import {
  currentSnapshotOf,
  expectedMetadata,
  keptSnapshots,
  pathPropertiesIn,
  readTableMetadata,
  statisticsIn,
} from "./table-metadata.ts";
import type { Kept } from "./table-metadata.ts";

/** What the metadata of a table and of its copy lead to. */
export interface ComparedTable {
  metadata: ExactObject;
  /** The source's metadata file. */
  evidence: Buffer;
  moved: Places;
  snapshots: number;
  /** Statistics that the table's metadata names and that are gone: a copy does without them. */
  leftOut: Set<string>;
  statistics: FilePair[];
  /** Of all snapshots, each once. */
  manifests: NamedManifest[];
  /** Compares a manifest, and gives what both sides name, entry by entry. */
  compareManifest(manifest: NamedManifest): Promise<Iterable<NamedPair>>;
}

/** A live file as both sides name it; the copy may not. */
export interface NamedPair {
  source: NamedFile;
  copy?: NamedFile;
}

/** Manifests at once: one is up to some MiB. */
const readers = 6;

/** Which table is compared with which copy, and where problems and progress go. */
export interface Comparison {
  /** The table's metadata file, and the copy's: the same for a copy that is held against itself. */
  source: string;
  copy: string;
  location: string;
  history: Kept;
  read: ObjectStore;
  write: ObjectStore;
  /** What was listed of the copy, for which lengths are looked at, and to which its metadata objects are added. */
  objects: ObjectsSeen;
  isListed: boolean;
  problems: Problems;
  onFile: () => void;
  signal?: AbortSignal;
}

/** Walks the table and its copy side by side: metadata → manifest lists → manifests, member by member but for what must differ. */
export async function compareTables(comparison: Comparison): Promise<ComparedTable> {
  const { location, history, problems, objects, isListed, signal, onFile } = comparison;
  const isSame = comparison.source === comparison.copy;
  const to = copySide(comparison.write);
  const from = isSame ? to : sourceSide(comparison.read);
  const evidence = await from.bytes(comparison.source);
  const original = await from.parsed(comparison.source, () => readTableMetadata(evidence));
  const moved = isSame ? samePlaces : new MovedPaths(original.get("location") as string, location);
  const listedSize = (uri: string) => {
    const size = objects.sizeOf(uri);
    return size === undefined ? undefined : BigInt(size);
  };
  const sizeOf = isListed ? listedSize : undefined;
  const copyBytes = async (uri: string) => {
    if (!isInside(location, uri)) problems.add(`${uri} lies outside the copy.`);
    const bytes = await to.bytes(uri);
    const sum = new FileSums(undefined);
    sum.update(bytes);
    objects.name(uri, sum.value().crc32);
    onFile();
    return bytes;
  };
  const statistics = await from.parsed(comparison.source, () => statisticsIn(original, history));
  const gone = new Set<string>();
  const noteGone = async (path: string) => {
    if (!(await comparison.read.head(path))) gone.add(path);
  };
  if (!isSame) await forEach(new Set(statistics.map(({ path }) => path)), readers, noteGone, signal);
  let leftOut = gone;

  await noting(problems, async () => {
    const bytes = await copyBytes(comparison.copy);
    const found = await to.parsed(comparison.copy, () => readTableMetadata(bytes));
    if (isSame)
      return problems.add(
        ...placesOutside(found, location).map((place) => `${comparison.copy} names ${place}, outside the copy.`),
      );
    // What is gone from the table by now may have been there when it was copied.
    const copied = new Set(statisticsIn(found, "all").map(({ path }) => path));
    leftOut = new Set([...gone].filter((path) => !copied.has(moved.of(path))));
    const wanted = await from.parsed(comparison.source, () =>
      expectedMetadata(original, location, moved, history, leftOut),
    );
    problems.of(comparison.copy, differencesOf(wanted, found));
  });

  const kept = await from.parsed(comparison.source, () => keptSnapshots(original, history));
  const currentId = typeof history === "bigint" ? history : currentSnapshotOf(original);
  const current = kept.find(({ id }) => id === currentId);
  const manifests = new Map<string, NamedManifest>();
  const isCurrent = new Set<string>(current?.manifests);
  for (const path of kept.flatMap((snapshot) => snapshot.manifests))
    manifests.set(path, {
      path,
      length: -1n,
      sequence: 0n,
      specId: 0n,
      holdsDeletes: false,
      isCurrent: isCurrent.has(path),
    });
  const compareList = async (uri: string) => {
    const source = await openAvroAt(from, uri, await from.bytes(uri));
    for (const manifest of await from.parsed(uri, () => manifestsIn(source))) {
      const isLive = uri === current?.manifestList || manifests.get(manifest.path)?.isCurrent === true;
      manifests.set(manifest.path, { ...manifest, isCurrent: isLive });
    }
    await noting(problems, async () => {
      const copied = await openAvroAt(to, moved.of(uri), await copyBytes(moved.of(uri)));
      const differences = () => listDifferences(source, copied, moved, sizeOf);
      problems.of(moved.of(uri), await to.parsed(moved.of(uri), differences));
    });
  };
  const lists = new Set(kept.flatMap(({ manifestList }) => manifestList ?? []));
  await forEach(lists, readers, (uri) => look(() => compareList(uri)), signal);

  const keptStatistics = statistics.filter(({ path }) => !leftOut.has(path));
  const compareManifest = async (manifest: NamedManifest): Promise<Iterable<NamedPair>> => {
    const { path: uri } = manifest;
    const place = moved.of(uri);
    let pairs: Iterable<NamedPair> = [];
    await look(async () => {
      const source = await openAvroAt(from, uri, await from.bytes(uri));
      // Read to its end once, so that damage is told with its name.
      await from.parsed(uri, () => readToEnd(filesIn(source, manifest)));
      let copied: AvroContainer | undefined;
      await noting(problems, async () => {
        const opened = await openAvroAt(to, place, await copyBytes(place));
        problems.of(place, await to.parsed(place, () => manifestDifferences(source, opened, moved, sizeOf)));
        await to.parsed(place, () => readToEnd(filesIn(opened, manifest)));
        copied = opened;
      });
      pairs = pairsIn(filesIn(source, manifest), copied && filesIn(copied, manifest));
    });
    return pairs;
  };
  return {
    metadata: original,
    evidence,
    moved,
    snapshots: kept.length,
    leftOut,
    statistics: keptStatistics.map(({ path, size }) => ({
      from: path,
      to: moved.of(path),
      size,
      isGone: gone.has(path),
      source: [],
      copy: [],
    })),
    manifests: [...manifests.values()],
    compareManifest,
  };

  /** In a copy that is held against itself, what cannot be read is noted as well. */
  function look(work: () => Promise<void>): Promise<void> {
    return isSame ? noting(problems, work) : work();
  }
}

function readToEnd(files: Iterable<NamedFile>): void {
  for (const _ of files);
}

function* pairsIn(source: Iterable<NamedFile>, copy: Iterable<NamedFile> = []): Generator<NamedPair> {
  const copies = copy[Symbol.iterator]();
  for (const file of source) {
    const next = copies.next();
    yield { source: file, ...(!next.done && { copy: next.value }) };
  }
}

function placesOutside(metadata: ExactObject, location: string): string[] {
  const tableLocation = String(metadata.get("location"));
  const set = pathPropertiesIn(metadata).filter((place) => place !== location && !isInside(location, place));
  // Where files may lie anywhere, nothing is outside.
  return tableLocation === location || location === everywhere ? set : [tableLocation, ...set];
}

/** The folder of a table whose files may lie anywhere. */
export const everywhere = "s3:/";
