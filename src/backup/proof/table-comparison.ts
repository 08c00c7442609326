import type { ObjectStore } from "../object-store.ts";
import { differencesOf } from "./difference.ts";
import type { ExactObject } from "./exact-json.ts";
import { FileSums } from "./file-sums.ts";
import { filesIn, listDifferences, manifestDifferences, manifestsIn } from "./manifests.ts";
import type { NamedFile, NamedManifest } from "./manifests.ts";
import { isInside, MovedPaths } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { forEach } from "./reading.ts";
import { copySide, noting, openAvroAt, sourceSide } from "./side.ts";
import { currentSnapshotOf, expectedMetadata, readTableMetadata, snapshotsIn, statisticsIn } from "./table-metadata.ts";

/** A file below the manifests, at the source and in the copy, with everything that names it. */
export interface FilePair {
  from: string;
  to: string;
  /** As the source's metadata says. */
  size: bigint;
  source: NamedFile[];
  copy: NamedFile[];
}

/** What the metadata of a table and of its copy lead to. */
export interface ComparedTable {
  metadata: ExactObject;
  /** The source's metadata file. */
  evidence: Buffer;
  moved: MovedPaths;
  snapshots: number;
  /** By their place in the copy. */
  files: Map<string, FilePair>;
  /** CRC-32 of each metadata file, manifest list and manifest of the copy, by URI. */
  sums: Map<string, string>;
  /** What a query of the current snapshot reads. */
  live: { source: NamedFile[]; copy: NamedFile[] };
}

/** Manifests at once: one is up to some MiB. */
const readers = 6;

interface Comparison {
  source: string;
  copy: string;
  location: string;
  history: "all" | "current";
  read: ObjectStore;
  write: ObjectStore;
  /** Bytes of each object of the copy, as listed. */
  listed: Map<string, number>;
  problems: Problems;
  onFile: () => void;
  signal?: AbortSignal;
}

/** Walks the table and its copy side by side: metadata → manifest lists → manifests, member by member but for what must differ. */
export async function compareTables(comparison: Comparison): Promise<ComparedTable> {
  const { location, history, problems, listed, signal, onFile } = comparison;
  const [from, to] = [sourceSide(comparison.read), copySide(comparison.write)];
  const evidence = await from.bytes(comparison.source);
  const original = await from.parsed(comparison.source, () => readTableMetadata(evidence));
  const moved = new MovedPaths(original.get("location") as string, location);
  const metadata = await from.parsed(comparison.source, () => expectedMetadata(original, location, moved, history));
  const sums = new Map<string, string>();
  const sizeOf = (uri: string) => (listed.has(uri) ? BigInt(listed.get(uri)!) : undefined);
  const copyBytes = async (uri: string) => {
    if (!isInside(location, uri)) problems.add(`${uri} lies outside the copy.`);
    const bytes = await to.bytes(uri);
    const sum = new FileSums(undefined);
    sum.update(bytes);
    sums.set(uri, sum.value().crc32);
    onFile();
    return bytes;
  };

  await noting(problems, async () => {
    const bytes = await copyBytes(comparison.copy);
    const found = await to.parsed(comparison.copy, () => readTableMetadata(bytes));
    problems.of(comparison.copy, differencesOf(metadata, found));
  });

  const named = await from.parsed(comparison.source, () => snapshotsIn(original));
  const kept = named.filter(({ id }) => history === "all" || id === currentSnapshotOf(original));
  const current = kept.find(({ id }) => id === currentSnapshotOf(original))?.manifestList;
  const manifests = new Map<string, NamedManifest>();
  const currentManifests = new Set<string>();
  const compareList = async (uri: string) => {
    const source = await openAvroAt(from, uri, await from.bytes(uri));
    for (const manifest of await from.parsed(uri, () => manifestsIn(source))) {
      manifests.set(manifest.path, manifest);
      if (uri === current) currentManifests.add(manifest.path);
    }
    await noting(problems, async () => {
      const copied = await openAvroAt(to, moved.of(uri), await copyBytes(moved.of(uri)));
      const differences = () => listDifferences(source, copied, moved, sizeOf);
      problems.of(moved.of(uri), await to.parsed(moved.of(uri), differences));
    });
  };
  await forEach(new Set(kept.map(({ manifestList }) => manifestList)), readers, compareList, signal);

  const files = new Map<string, FilePair>();
  const live = { source: [] as NamedFile[], copy: [] as NamedFile[] };
  const pairOf = (path: string, size: bigint) => {
    const place = moved.of(path);
    const known = files.get(place) ?? { from: path, to: place, size, source: [], copy: [] };
    files.set(place, known);
    return known;
  };
  for (const { path, size } of await from.parsed(comparison.source, () => statisticsIn(original, history)))
    pairOf(path, size);
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
  await forEach(manifests.values(), readers, compareManifest, signal);
  return { metadata: original, evidence, moved, snapshots: kept.length, files, sums, live };
}
