import { content, readManifest } from "./iceberg/manifest.ts";
import type { ManifestEntry } from "./iceberg/manifest.ts";
import { readManifestList } from "./iceberg/manifest-list.ts";
import type { ManifestRow } from "./iceberg/manifest-list.ts";
import { readMetadata, snapshotsOf, statisticsFiles } from "./iceberg/metadata.ts";
import type { Kept, Snapshot, TableMetadata } from "./iceberg/metadata.ts";
import { positionDeleteFormats } from "./iceberg/position-deletes.ts";
import type { ObjectStore } from "./object-store.ts";
import { forEachParallel } from "./parallel.ts";

/** All that a table's metadata file reaches. A table bucket lists no objects, so walking is the only way to know them. */
export interface TablePlan {
  metadata: TableMetadata;
  /** The metadata file as it was read. */
  metadataBytes: Uint8Array;
  snapshots: Snapshot[];
  /** By URI. */
  lists: Map<string, ManifestRow[]>;
  manifests: Map<string, ManifestPlan>;
  files: Map<string, FilePlan>;
  /** Statistics files that the metadata names and that are gone: a copy does without them, as engines do. */
  leftOut: Set<string>;
}

/** A manifest, and what it names. */
export interface ManifestPlan {
  path: string;
  /** Bytes. */
  length: number;
  entries: ManifestEntry[];
}

/** A data, delete or statistics file, once, however many manifests name it. */
export interface FilePlan {
  path: string;
  size: number;
  kind: "data" | "positionDeletes" | "equalityDeletes" | "statistics";
  format: string;
}

/**
 * Walks metadata → manifest lists → manifests. Anything that cannot be read is an error: a snapshot with a part missing would
 * be a silent loss.
 */
export async function planTable(
  store: ObjectStore,
  metadataLocation: string,
  history: Kept,
  signal?: AbortSignal,
): Promise<TablePlan> {
  const metadataBytes = await store.get(metadataLocation);
  const metadata = naming(metadataLocation, () => readMetadata(metadataBytes));
  const snapshots = naming(metadataLocation, () => snapshotsOf(metadata, history));

  const lists = new Map<string, ManifestRow[]>(snapshots.flatMap(({ manifestList: uri }) => (uri ? [[uri, []]] : [])));
  await forEachParallel(
    lists.keys(),
    readers,
    async (uri) => {
      const bytes = await store.get(uri);
      lists.set(
        uri,
        naming(uri, () => readManifestList(bytes)),
      );
    },
    signal,
  );

  const named = [...lists.values()].flat().map(({ path }) => path);
  const inline = snapshots.flatMap((snapshot) => snapshot.manifests);
  const manifests = new Map<string, ManifestPlan>(
    [...named, ...inline].map((path) => [path, { path, length: 0, entries: [] }]),
  );
  await forEachParallel(
    manifests.values(),
    readers,
    async (manifest) => {
      const bytes = await store.get(manifest.path);
      manifest.length = bytes.length;
      manifest.entries = naming(manifest.path, () => [...readManifest(bytes)]);
    },
    signal,
  );

  const files = new Map<string, FilePlan>();
  const leftOut = new Set<string>();
  await forEachParallel(
    statisticsFiles(metadata, history),
    readers,
    async ({ path, size }) => {
      if (await store.head(path)) files.set(path, { path, size, kind: "statistics", format: "PUFFIN" });
      else leftOut.add(path);
    },
    signal,
  );
  for (const { entries } of manifests.values()) {
    for (const entry of entries) if (!files.has(entry.path)) files.set(entry.path, fileOf(entry));
  }
  return { metadata, metadataBytes, snapshots, lists, manifests, files, leftOut };
}

/** Returns the manifests of a snapshot. */
export function manifestsOf(
  { lists, manifests }: TablePlan,
  { manifestList, manifests: inline }: Snapshot,
): ManifestPlan[] {
  const paths = manifestList === undefined ? inline : lists.get(manifestList)!.map(({ path }) => path);
  return paths.map((path) => manifests.get(path)!);
}

/** Runs `work` on a file's bytes and puts the file's name into its errors. */
export function naming<T>(uri: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`Cannot read ${uri}: ${(error as Error).message}.`, { cause: error });
  }
}

function fileOf({ path, size, format, content: held }: ManifestEntry): FilePlan {
  const kind =
    held === content.positionDeletes
      ? "positionDeletes"
      : held === content.equalityDeletes
        ? "equalityDeletes"
        : "data";
  if (kind === "positionDeletes" && !positionDeleteFormats.includes(format)) {
    throw new Error(
      `Cannot back up ${path}: position deletes in ${format} cannot be rewritten; those in ${positionDeleteFormats.join(", ")} can. Compact the table first, which applies them.`,
    );
  }
  return { path, size, kind, format };
}

// A manifest is up to 8 MiB, so eight at once are bounded too.
const readers = 8;
