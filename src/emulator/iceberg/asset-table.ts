import type { Partitioning } from "./asset-columns.ts";
import type { RowSeed } from "./asset-rows.ts";
import { assetRow } from "./asset-rows.ts";
import { commit, fileId, publish } from "./commit.ts";
import { partitionFolder } from "./manifest-files.ts";
import { deletePathId, dataFile, positionDeleteFile } from "./parquet-files.ts";
import { statisticsOf } from "./statistics.ts";
import type { Commit, NewFile, TableFile, TableState } from "./table-state.ts";
import { dayMs } from "../world/clock.ts";
import { liveEntries } from "./table-state.ts";

/** Rows of one data file at most; a day with more of them has several files. */
const rowsPerFile = 5_000;

/** Returns the empty table, as the export's first Put leaves it. */
export function createAssetTable(at: {
  uuid: string;
  location: string;
  partitioning: Partitioning;
  at: number;
}): Commit {
  const empty: TableState = {
    uuid: at.uuid,
    location: at.location,
    partitioning: at.partitioning,
    version: -1,
    lastSequence: 0,
    updatedAt: at.at,
    snapshots: [],
    manifests: [],
    metadataLocation: "",
    metadataLog: [],
  };
  return publish(empty, at.at, [], []);
}

/** Returns one day's export: a snapshot that appends `count` rows. */
export function appendDay(table: TableState, seed: RowSeed, count: number): Commit {
  const files: [TableFile, NewFile][] = [];
  for (let first = 0; first < count; first += rowsPerFile) {
    const assets = Array.from({ length: Math.min(rowsPerFile, count - first) }, (_, index) => first + index);
    files.push(writeDataFile(table, seed, assets));
  }
  return commit(table, {
    operation: "append",
    at: seed.at,
    added: files.map(([file]) => file),
    removed: new Set(),
    written: files.map(([, written]) => written),
  });
}

/** Deletes every third row of the newest data file that has no deletes yet, by a position delete file. */
export function deleteRows(table: TableState, at: number): Commit | undefined {
  const covered = new Set(liveEntries(table, "deletes").map((entry) => entry.file.deletesFrom));
  const target = liveEntries(table, "data").find(({ file }) => !covered.has(file.path) && file.records > 2)?.file;
  if (!target) return undefined;
  const positions = Array.from({ length: Math.floor(target.records / 3) }, (_, index) => 3 * index + 1);
  const bytes = positionDeleteFile(target.path, positions);
  const path = `${folderOf(target.path)}/${fileId(table, `deletes ${table.lastSequence}`)}-deletes.parquet`;
  const bound = [{ key: deletePathId, value: Buffer.from(target.path) }];
  const file: TableFile = {
    path,
    size: bytes.length,
    records: positions.length,
    seed: target.seed,
    deletesFrom: target.path,
    statistics: { valueCounts: [], nullCounts: [], lower: bound, upper: bound },
  };
  return commit(table, {
    operation: "delete",
    at,
    added: [file],
    removed: new Set(),
    written: [{ location: path, bytes }],
  });
}

/** Compacts the table: data files with position deletes are rewritten without the deleted rows; the manifests tell the old ones as deleted. */
export function compact(table: TableState, at: number): Commit | undefined {
  const deletes = liveEntries(table, "deletes").map((entry) => entry.file);
  if (!deletes.length) return undefined;
  const targets = liveEntries(table, "data")
    .map((entry) => entry.file)
    .filter((file) => deletes.some((other) => other.deletesFrom === file.path));
  const files = targets.map((file) =>
    writeDataFile(
      table,
      file.seed,
      (file.assets ?? []).filter((_, position) => position % 3 !== 1),
    ),
  );
  return commit(table, {
    operation: "replace",
    at,
    added: files.map(([file]) => file),
    removed: new Set([...targets, ...deletes].map((file) => file.path)),
    written: files.map(([, written]) => written),
  });
}

/**
 * Expires records as S3 Tables does: the exports of days that lie more than `days` before the day of `at` are dropped, whole files at a time.
 */
export function expireRecords(table: TableState, days: number, at: number): Commit | undefined {
  const old = [...liveEntries(table, "data"), ...liveEntries(table, "deletes")].filter(
    ({ file }) => dayOf(file.seed.at) < dayOf(at) - days,
  );
  if (!old.length) return undefined;
  const removed = new Set(old.map((entry) => entry.file.path));
  return commit(table, { operation: "delete", at, added: [], removed, written: [] });
}

/** Expires snapshots older than `hours`, never the current one, and names the files that nobody needs any more. */
export function expireSnapshots(table: TableState, hours: number, at: number): Commit | undefined {
  const kept = table.snapshots.filter(
    (snapshot, index) => index === table.snapshots.length - 1 || snapshot.at >= at - hours * 3_600_000,
  );
  if (kept.length === table.snapshots.length) return undefined;
  const needed = new Set(kept.flatMap(filesOf));
  const orphaned = new Set(table.snapshots.flatMap(filesOf).filter((file) => !needed.has(file)));
  return publish({ ...table, snapshots: kept }, at, [], [...orphaned]);
}

function filesOf(snapshot: TableState["snapshots"][number]): string[] {
  return [
    snapshot.manifestList,
    ...snapshot.manifests.flatMap((manifest) => [
      manifest.path,
      ...manifest.entries.filter((entry) => entry.status !== "deleted").map((entry) => entry.file.path),
    ]),
  ];
}

function writeDataFile(table: TableState, seed: RowSeed, assets: readonly number[]): [TableFile, NewFile] {
  const rows = assets.map((asset) => assetRow(seed, asset));
  const bytes = dataFile(rows);
  const name = fileId(table, `data ${table.lastSequence} ${seed.at} ${assets[0]}`);
  const path = `${table.location}/data/${partitionFolder(seed.at, table.partitioning)}/${name}.parquet`;
  const file = { path, size: bytes.length, records: rows.length, seed, assets, statistics: statisticsOf(rows) };
  return [file, { location: path, bytes }];
}

function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
