import { createHash } from "node:crypto";
import { putOnce } from "../copy/copy.ts";
import { countRows } from "../verify/count-rows.ts";
import { takeSource } from "./history-files.ts";
import { expectHistoryFolder } from "./history-folder.ts";
import type { Taken } from "./history-files.ts";
import { columnsOf, assertSameShape, planSource } from "./history-plan.ts";
import type { HistorySource, SourcePlan } from "./history-plan.ts";
import { readMetadata, writeMetadata } from "../iceberg/metadata.ts";
import type { TableMetadata } from "../iceberg/metadata.ts";
import { newManifestList } from "../iceberg/new-manifest-list.ts";
import { withObject } from "../store/object-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { meter } from "../model/progress.ts";
import type { OnProgress } from "../model/progress.ts";
import { BackupDamaged, publish } from "../copy/publish.ts";
import type { RestoreTable } from "../restore/restore.ts";
import { normalS3Uri } from "../store/s3-uri.ts";

/** Which tables become one, and where. */
export interface HistoryRequest {
  /** In the order in which they are appended. */
  sources: readonly HistorySource[];
  /** A table to fill, or the folder `s3://bucket/prefix` of a general-purpose bucket. */
  into: RestoreTable | string;
  write: ObjectStore;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** The table that was made. */
export interface HistoryTable {
  location: string;
  metadataLocation: string;
  /** That a query of it returns. */
  rows: number;
  /** One for each source: the snapshot that appends it, and its rows. */
  appended: { snapshot: string; domain?: string; tableArn: string; rows: number }[];
}

/**
 * Makes one table of the chosen days of several, each appended as a snapshot of its own; data files are copied as they are. It counts the rows in
 * the files before the table can be seen. Run again with more sources, it makes the table anew beside what it copied before.
 */
export async function restoreHistory({
  sources,
  into,
  write,
  onProgress,
  signal,
}: HistoryRequest): Promise<HistoryTable> {
  const progress = meter(onProgress);
  const table = typeof into === "string" ? undefined : await into.create();
  const location = normalS3Uri(typeof into === "string" ? into : table!.warehouseLocation);
  progress.begin("plan");
  const plans: SourcePlan[] = [];
  for (const source of sources) plans.push(await planSource(source, signal));
  assertSameShape(plans);
  const version = digestOf([
    location,
    ...sources.flatMap(({ metadataLocation, days }) => [
      metadataLocation,
      days === "all" ? days : [...days].toSorted().join(),
    ]),
  ]);
  const metadataLocation = `${location}/metadata/00000-${uuidOf(version)}.metadata.json`;
  if (table?.metadataLocation !== undefined && table.metadataLocation !== metadataLocation) {
    await expectOurs(table.metadataLocation, write);
  }
  if (typeof into === "string") await expectHistoryFolder(location, write, (uri) => expectOurs(uri, write));
  const taken: Taken[] = [];
  for (const [index, plan] of plans.entries()) {
    const base = taken.at(-1)?.sequence ?? 0n;
    const id = idOf(`${version} ${index}`);
    taken.push(
      await takeSource(plan, { location, name: uuidOf(version), index, base, id }, { write, signal }, progress),
    );
  }
  const lists: string[] = [];
  for (const [index, { id, sequence }] of taken.entries()) {
    const uri = `${location}/metadata/snap-${id}-1-${uuidOf(version)}.avro`;
    const manifests = taken.slice(0, index + 1).flatMap((one) => one.manifests);
    await putOnce(write, uri, newManifestList(manifests, { id, parent: taken[index - 1]?.id, sequence }, uri));
    lists.push(uri);
  }
  const metadata = writeMetadata(metadataOf(plans, taken, lists, location));
  progress.begin("verify");
  const { rows } = await countRows(withObject(write, metadataLocation, metadata), metadataLocation);
  const expected = taken.reduce((sum, one) => sum + one.rows, 0);
  if (taken.every(({ exact }) => exact) ? rows !== expected : rows > expected) {
    throw new BackupDamaged(location, [`It has ${rows} rows, and its sources ${expected}.`]);
  }
  progress.begin("publish");
  await publish(write, { location, metadataLocation, metadata });
  if (typeof into !== "string" && table!.metadataLocation !== metadataLocation) {
    await into.commit(metadataLocation, table!.versionToken);
  }
  const appended = taken.map((one, index) => {
    const { tableArn, domain } = sources[index]!;
    return { snapshot: String(one.id), ...(domain !== undefined && { domain }), tableArn, rows: one.rows };
  });
  return { location, metadataLocation, rows, appended };
}

/** The metadata of the table with the most columns, with one snapshot for each source. */
function metadataOf(
  plans: readonly SourcePlan[],
  taken: readonly Taken[],
  lists: readonly string[],
  location: string,
): TableMetadata {
  const [widest] = plans.toSorted((a, b) => columnsOf(b.plan.metadata).length - columnsOf(a.plan.metadata).length);
  const base = widest!.plan.metadata;
  let at = 0;
  let total = 0;
  const snapshots = taken.map(({ id, sequence, rows, manifests }, index) => {
    const { source, plan } = plans[index]!;
    at = Math.max(at, Number(plan.metadata["last-updated-ms"]));
    total += rows;
    return {
      "sequence-number": sequence,
      "snapshot-id": id,
      ...(index > 0 && { "parent-snapshot-id": taken[index - 1]!.id }),
      "timestamp-ms": at,
      summary: {
        operation: "append",
        "added-records": String(rows),
        "total-records": String(total),
        [origin]: source.metadataLocation,
        "sluice.table": source.tableArn,
        ...(source.domain !== undefined && { "sluice.domain": source.domain }),
        "sluice.manifests": String(manifests.length),
      },
      "manifest-list": lists[index]!,
      "schema-id": base["current-schema-id"]!,
    };
  });
  const last = taken.at(-1)!;
  return {
    ...base,
    location,
    "table-uuid": uuidOf(location),
    "last-sequence-number": last.sequence,
    "last-updated-ms": at,
    "current-snapshot-id": last.id,
    refs: { main: { "snapshot-id": last.id, type: "branch" } },
    snapshots,
    "snapshot-log": snapshots.map((one) => ({
      "snapshot-id": one["snapshot-id"],
      "timestamp-ms": one["timestamp-ms"],
    })),
    "metadata-log": [],
    statistics: [],
    "partition-statistics": [],
  };
}

/** A table that holds a history is made anew; one that somebody else has written to is not. Compaction writes nothing that was not there. */
async function expectOurs(metadataLocation: string, read: ObjectStore): Promise<void> {
  const metadata = readMetadata(await read.get(metadataLocation));
  const snapshots = (metadata["snapshots"] ?? []) as unknown as { summary?: Record<string, string> }[];
  const isOurs =
    snapshots.length > 0 &&
    snapshots.every(({ summary = {} }) => origin in summary || summary["operation"] === "replace");
  if (!isOurs)
    throw new Error(`The table holds data that no history has put there (${metadataLocation}). Name a new table.`);
}

const origin = "sluice.source";

const digestOf = (parts: readonly string[]): string => createHash("sha256").update(parts.join("\n")).digest("hex");

/** A positive number of 63 bits. */
const idOf = (text: string): bigint => BigInt(`0x${digestOf([text]).slice(0, 16)}`) & 0x7fff_ffff_ffff_ffffn;

function uuidOf(text: string): string {
  const hex = digestOf([text]);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
