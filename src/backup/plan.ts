import { content, readManifest } from "./iceberg/manifest.ts";
import type { ManifestEntry } from "./iceberg/manifest.ts";
import { readManifestList } from "./iceberg/manifest-list.ts";
import type { ManifestRow } from "./iceberg/manifest-list.ts";
import { readMetadata, snapshotsOf, statisticsFiles } from "./iceberg/metadata.ts";
import type { History, Snapshot, TableMetadata } from "./iceberg/metadata.ts";
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
}

export interface ManifestPlan extends ManifestRow {
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
  history: History,
  signal?: AbortSignal,
): Promise<TablePlan> {
  const metadataBytes = await store.get(metadataLocation);
  const metadata = naming(metadataLocation, () => readMetadata(metadataBytes));
  const snapshots = naming(metadataLocation, () => snapshotsOf(metadata, history));

  const lists = new Map<string, ManifestRow[]>(snapshots.map((snapshot) => [snapshot.manifestList, []]));
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

  const rows = [...lists.values()].flat();
  const manifests = new Map<string, ManifestPlan>(rows.map((row) => [row.path, { ...row, entries: [] }]));
  await forEachParallel(
    manifests.values(),
    readers,
    async (manifest) => {
      const bytes = await store.get(manifest.path);
      manifest.entries = naming(manifest.path, () => [...readManifest(bytes)]);
    },
    signal,
  );

  const files = new Map<string, FilePlan>();
  for (const { path, size } of statisticsFiles(metadata, history)) {
    files.set(path, { path, size, kind: "statistics", format: "PUFFIN" });
  }
  for (const { entries } of manifests.values()) {
    for (const entry of entries) if (!files.has(entry.path)) files.set(entry.path, fileOf(entry));
  }
  return { metadata, metadataBytes, snapshots, lists, manifests, files };
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
  const supported =
    kind === "positionDeletes" ? ["PARQUET", "PUFFIN"] : kind === "data" ? ["PARQUET", "AVRO"] : ["PARQUET"];
  if (!supported.includes(format)) {
    throw new Error(`Cannot back up ${path}: ${kind} in ${format} is not supported; ${supported.join(" and ")} is.`);
  }
  return { path, size, kind, format };
}

// A manifest is up to 8 MiB, so eight at once are bounded too.
const readers = 8;
