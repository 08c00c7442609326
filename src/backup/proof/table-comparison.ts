import type { ObjectStore } from "../object-store.ts";
import { differencesOf } from "./difference.ts";
import type { ExactObject } from "./exact-json.ts";
import { FileSums } from "./file-sums.ts";
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

/** What the metadata of a table and of its copy lead to. */
export interface ComparedTable {
  metadata: ExactObject;
  /** The source's metadata file. */
  evidence: Buffer;
  moved: Places;
  snapshots: number;
  /** Statistics that the table's metadata names and that are gone: a copy does without them. */
  leftOut: Set<string>;
  /** By their place in the copy. */
  files: Map<string, FilePair>;
  /** CRC-32 of each metadata file, manifest list and manifest of the copy, by URI. */
  sums: Map<string, string>;
  /** What a query of the current snapshot reads. */
  live: { source: NamedFile[]; copy: NamedFile[] };
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
  /** Bytes of each object of the copy, as listed; without it lengths are not looked at. */
  listed?: Map<string, number>;
  problems: Problems;
  onFile: () => void;
  signal?: AbortSignal;
}

/** Walks the table and its copy side by side: metadata → manifest lists → manifests, member by member but for what must differ. */
export async function compareTables(comparison: Comparison): Promise<ComparedTable> {
  const { location, history, problems, listed, signal, onFile } = comparison;
  const isSame = comparison.source === comparison.copy;
  const to = copySide(comparison.write);
  const from = isSame ? to : sourceSide(comparison.read);
  const evidence = await from.bytes(comparison.source);
  const original = await from.parsed(comparison.source, () => readTableMetadata(evidence));
  const moved = isSame ? samePlaces : new MovedPaths(original.get("location") as string, location);
  const sums = new Map<string, string>();
  const sizeOf = listed && ((uri: string) => (listed.has(uri) ? BigInt(listed.get(uri)!) : undefined));
  const copyBytes = async (uri: string) => {
    if (!isInside(location, uri)) problems.add(`${uri} lies outside the copy.`);
    const bytes = await to.bytes(uri);
    const sum = new FileSums(undefined);
    sum.update(bytes);
    sums.set(uri, sum.value().crc32);
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
  const currentManifests = new Set<string>(current?.manifests);
  for (const path of kept.flatMap((snapshot) => snapshot.manifests))
    manifests.set(path, { path, length: -1n, sequence: 0n, specId: 0n });
  const compareList = async (uri: string) => {
    const source = await openAvroAt(from, uri, await from.bytes(uri));
    for (const manifest of await from.parsed(uri, () => manifestsIn(source))) {
      manifests.set(manifest.path, manifest);
      if (uri === current?.manifestList) currentManifests.add(manifest.path);
    }
    await noting(problems, async () => {
      const copied = await openAvroAt(to, moved.of(uri), await copyBytes(moved.of(uri)));
      const differences = () => listDifferences(source, copied, moved, sizeOf);
      problems.of(moved.of(uri), await to.parsed(moved.of(uri), differences));
    });
  };
  const lists = new Set(kept.flatMap(({ manifestList }) => manifestList ?? []));
  await forEach(lists, readers, (uri) => look(() => compareList(uri)), signal);

  const files = new Map<string, FilePair>();
  const live = { source: [] as NamedFile[], copy: [] as NamedFile[] };
  const pairOf = (path: string, size: bigint) => {
    const place = moved.of(path);
    const known = files.get(place) ?? { from: path, to: place, size, source: [], copy: [] };
    files.set(place, known);
    return known;
  };
  for (const { path, size } of statistics) if (!leftOut.has(path)) pairOf(path, size).isGone = gone.has(path);
  const compareManifest = async (manifest: NamedManifest) => {
    const { path: uri } = manifest;
    const place = moved.of(uri);
    const source = await openAvroAt(from, uri, await from.bytes(uri));
    const named = await from.parsed(uri, () => [...filesIn(source, manifest)]);
    for (const file of named) pairOf(file.path, file.size).source.push(file);
    if (currentManifests.has(uri)) for (const file of named) live.source.push(file);
    await noting(problems, async () => {
      const copied = await openAvroAt(to, place, await copyBytes(place));
      problems.of(place, await to.parsed(place, () => manifestDifferences(source, copied, moved, sizeOf)));
      const copies = await to.parsed(place, () => [...filesIn(copied, manifest)]);
      for (const file of copies) files.get(file.path)?.copy.push(file);
      if (currentManifests.has(uri)) for (const file of copies) live.copy.push(file);
    });
  };
  await forEach(manifests.values(), readers, (manifest) => look(() => compareManifest(manifest)), signal);
  if (isSame)
    for (const uri of files.keys()) if (!isInside(location, uri)) problems.add(`${uri} lies outside the copy.`);
  return { metadata: original, evidence, moved, snapshots: kept.length, leftOut, files, sums, live };

  /** In a copy that is held against itself, what cannot be read is noted as well. */
  function look(work: () => Promise<void>): Promise<void> {
    return isSame ? noting(problems, work) : work();
  }
}

function placesOutside(metadata: ExactObject, location: string): string[] {
  const own = String(metadata.get("location"));
  const set = pathPropertiesIn(metadata).filter((place) => place !== location && !isInside(location, place));
  // Where files may lie anywhere, nothing is outside.
  return own === location || location === everywhere ? set : [own, ...set];
}

/** The folder of a table whose files may lie anywhere. */
export const everywhere = "s3:/";
