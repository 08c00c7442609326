import { hash } from "node:crypto";
import { FileSequence } from "./file-sequence.ts";
import type { PlannedFile } from "./file-sequence.ts";
import { content, readManifest } from "../iceberg/manifest.ts";
import { readManifestList } from "../iceberg/manifest-list.ts";
import type { ManifestRow } from "../iceberg/manifest-list.ts";
import { readMetadata, snapshotsOf, statisticsFiles } from "../iceberg/metadata.ts";
import type { Kept, Snapshot, TableMetadata } from "../iceberg/metadata.ts";
import { positionDeleteFormats } from "../iceberg/position-deletes.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { forEachParallel } from "../store/parallel.ts";

/** All that a table's metadata file reaches. A table bucket lists no objects, so walking is the only way to know them. */
export interface TablePlan {
  metadata: TableMetadata;
  /** The metadata file as it was read. */
  metadataBytes: Uint8Array;
  snapshots: Snapshot[];
  /** The manifests that each list names, by its URI. */
  lists: Map<string, ManifestPlan[]>;
  manifests: Map<string, ManifestPlan>;
  /** Data, equality deletes and statistics, which are copied as they are; each once. */
  copies: FileSequence;
  /** Position deletes and deletion vectors, which name data files and are written anew. */
  deletes: Map<string, DeleteFile>;
  /** Statistics files that the metadata names and that are gone: a copy does without them, as engines do. */
  leftOut: Set<string>;
}

/** A manifest. */
export interface ManifestPlan {
  path: string;
  /** Bytes. */
  length: number;
  /** In the data files that it names. */
  rows: number;
}

/** A file of position deletes or deletion vectors, once, however many manifests name it. */
export interface DeleteFile extends PlannedFile {
  format: string;
}

/**
 * Walks metadata → manifest lists → manifests. Anything that cannot be read is an error: a snapshot with a part missing would
 * be a silent loss.
 * @param onManifest is called once with the bytes of each manifest, which are not kept
 */
export async function planTable(
  store: ObjectStore,
  metadataLocation: string,
  history: Kept,
  signal?: AbortSignal,
  onManifest: (path: string, bytes: Uint8Array) => void = () => undefined,
): Promise<TablePlan> {
  const metadataBytes = await store.get(metadataLocation);
  const metadata = withFileName(metadataLocation, () => readMetadata(metadataBytes));
  const snapshots = withFileName(metadataLocation, () => snapshotsOf(metadata, history));

  const listUris = [...new Set(snapshots.flatMap(({ manifestList: uri }) => uri ?? []))];
  const rows = new Map<string, ManifestRow[]>();
  const readList = async (uri: string) => {
    const bytes = await store.get(uri);
    rows.set(
      uri,
      withFileName(uri, () => readManifestList(bytes)),
    );
  };
  await forEachParallel(listUris, readers, readList, signal);

  const manifests = new Map<string, ManifestPlan>();
  const manifestAt = (path: string) => {
    const known = manifests.get(path) ?? { path, length: 0, rows: 0 };
    manifests.set(path, known);
    return known;
  };
  const lists = new Map(listUris.map((uri) => [uri, rows.get(uri)!.map(({ path }) => manifestAt(path))]));
  rows.clear();
  for (const { manifests: inline } of snapshots) inline.forEach(manifestAt);
  const named = new Map<ManifestPlan, NamedFiles>();
  const readOne = async (manifest: ManifestPlan) => {
    const bytes = await store.get(manifest.path);
    manifest.length = bytes.length;
    withFileName(manifest.path, () => {
      named.set(manifest, filesNamedBy(manifest, bytes));
      onManifest(manifest.path, bytes);
    });
  };
  await forEachParallel(manifests.values(), readers, readOne, signal);

  const statistics: PlannedFile[] = [];
  const leftOut = new Set<string>();
  await forEachParallel(
    statisticsFiles(metadata, history),
    readers,
    async (file) => {
      if (await store.head(file.path)) statistics.push(file);
      else leftOut.add(file.path);
    },
    signal,
  );
  statistics.sort((a, b) => (a.path < b.path ? -1 : 1));
  const deletes = new Map<string, DeleteFile>();
  const copies = new FileSequence();
  const seen = new Set<string>();
  const copyOnce = (file: PlannedFile) => {
    const name = shortNameOf(file.path);
    if (seen.has(name)) return;
    seen.add(name);
    copies.add(file);
  };
  statistics.forEach(copyOnce);
  for (const manifest of manifests.values()) {
    const filesOfManifest = named.get(manifest)!;
    named.delete(manifest);
    for (const file of filesOfManifest.copies) copyOnce(file);
    for (const { path, size, format } of filesOfManifest.deletes) {
      if (deletes.has(path)) continue;
      const file = { path, size, format };
      expectRewritable(file);
      deletes.set(path, file);
    }
  }
  return { metadata, metadataBytes, snapshots, lists, manifests, copies, deletes, leftOut };
}

interface NamedFiles {
  copies: FileSequence;
  deletes: DeleteFile[];
}

function filesNamedBy(manifest: ManifestPlan, bytes: Uint8Array): NamedFiles {
  const named: NamedFiles = { copies: new FileSequence(), deletes: [] };
  for (const entry of readManifest(bytes)) {
    if (entry.content === content.positionDeletes) named.deletes.push(entry);
    else named.copies.add(entry);
    if (entry.content === content.data) manifest.rows += entry.records;
  }
  named.copies.pack();
  return named;
}

/** 128 bits of the path's hash: a plan may hold millions. */
function shortNameOf(path: string): string {
  return hash("sha256", path, "buffer").toString("latin1", 0, 16);
}

/** Returns the manifests of a snapshot. */
export function manifestsOf(
  { lists, manifests }: TablePlan,
  { manifestList, manifests: inline }: Snapshot,
): ManifestPlan[] {
  return manifestList === undefined ? inline.map((path) => manifests.get(path)!) : lists.get(manifestList)!;
}

/** Runs `work` on a file's bytes and puts the file's name into its errors. */
export function withFileName<T>(uri: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`Cannot read ${uri}: ${(error as Error).message}.`, { cause: error });
  }
}

function expectRewritable({ path, format }: DeleteFile): void {
  if (positionDeleteFormats.includes(format)) return;
  throw new Error(
    `Cannot back up ${path}: position deletes in ${format} cannot be rewritten; those in ${positionDeleteFormats.join(", ")} can. Compact the table first, which applies them.`,
  );
}

// A manifest is up to 8 MiB, so eight at once are bounded too.
const readers = 8;
