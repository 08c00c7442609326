import type { PlannedFile } from "../copy/file-sequence.ts";
import { openAvro, recordsOf } from "../iceberg/avro.ts";
import type { AvroRecord } from "../iceberg/avro.ts";
import { content } from "../iceberg/manifest.ts";
import { dayReader } from "../iceberg/manifest-days.ts";
import type { TableMetadata } from "../iceberg/metadata.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { Receipt } from "../model/receipt.ts";
import { BackupDamaged } from "../copy/publish.ts";
import { verify } from "../verify/verify.ts";
import { forEachParallel } from "../store/parallel.ts";
import { piecesInFlight } from "../store/pieces.ts";
import { withFileName, planTable } from "../copy/plan.ts";
import type { DeleteFile, TablePlan } from "../copy/plan.ts";

/** What a history takes of one table. */
export interface HistorySource {
  tableArn: string;
  domain?: string;
  /** The metadata file of the copy, or of the table itself. */
  metadataLocation: string;
  /** Reads it. */
  read: ObjectStore;
  /** The days to take, such as `2026-11-26`, or everything. */
  days: ReadonlySet<string> | "all";
  /** Of a copy: what it is held against before anything is taken from it. */
  receipt?: Receipt;
}

/** A source, and the manifests and files of it that are taken. */
export interface SourcePlan {
  source: HistorySource;
  plan: TablePlan;
  /** The manifests of the current snapshot: the row of its list, and its bytes. */
  manifests: { row: AvroRecord; bytes: Uint8Array }[];
  /** The files of the days that are taken. */
  kept: { data: PlannedFile[]; deletes: DeleteFile[] };
}

/**
 * Reads which manifests and files of a source are taken.
 * @throws for what cannot stand beside other tables' rows
 */
export async function planSource(source: HistorySource, signal: AbortSignal | undefined): Promise<SourcePlan> {
  const { read, metadataLocation, receipt } = source;
  if (receipt) {
    const { ok, problems } = await verify({ receipt, store: read, depth: "metadata", ...(signal && { signal }) });
    if (!ok) throw new BackupDamaged(receipt.destination.location, problems);
  }
  const plan = await planTable(read, metadataLocation, "current", signal);
  const version = Number(plan.metadata["format-version"]);
  if (version !== 2) {
    throw new Error(
      `${metadataLocation} has Iceberg's format version ${version}; a history is made of version 2. Restore it by itself.`,
    );
  }
  const rows: AvroRecord[] = [];
  for (const uri of plan.lists.keys()) rows.push(...recordsOf(openAvro(await read.get(uri))));
  const manifests: SourcePlan["manifests"] = [];
  const readAt = async (index: number) => {
    const row = rows[index]!;
    manifests[index] = { row, bytes: await read.get(String(row.manifest_path)) };
  };
  await forEachParallel(rows.keys(), piecesInFlight, readAt, signal);
  const entries = manifests.flatMap(({ row, bytes }) =>
    withFileName(String(row.manifest_path), () => entriesOf(bytes, source)),
  );
  const equality = entries.find(({ data_file: file }) => (file as AvroRecord).content === content.equalityDeletes);
  if (equality) {
    throw new Error(
      `${pathOf(equality)} deletes by value, which would reach the rows of other tables. Restore its backup by itself.`,
    );
  }
  const paths = new Set(entries.map(pathOf));
  const kept = {
    data: [...plan.copies].filter(({ path }) => paths.has(path)),
    deletes: [...plan.deletes.values()].filter(({ path }) => paths.has(path)),
  };
  return { source, plan, manifests, kept };
}

/** The live entries of a manifest whose day is taken. */
function entriesOf(bytes: Uint8Array, source: HistorySource): AvroRecord[] {
  const file = openAvro(bytes);
  const isTaken = entryFilter(file, source);
  return [...recordsOf(file)].filter(isTaken);
}

/**
 * Returns what tells whether an entry of a manifest is live, and of a day that is taken. Position deletes name their rows by file, whatever
 * their own partition, so all of them are.
 */
export function entryFilter(
  file: Parameters<typeof dayReader>[0],
  { days }: HistorySource,
): (record: AvroRecord) => boolean {
  const dayOf = dayReader(file);
  const isDelete = (record: AvroRecord) =>
    Number((record.data_file as AvroRecord).content ?? content.data) !== content.data;
  return (record) => record.status !== deleted && (days === "all" || isDelete(record) || days.has(dayOf(record) ?? ""));
}

/**
 * Expects that what stands in one table means the same in the others: columns by their ids, and partitions.
 * @throws an error that names the table that differs
 */
export function assertSameShape(plans: readonly SourcePlan[]): void {
  const [first] = plans;
  if (first === undefined) throw new Error("There is nothing of which a history could be made.");
  for (const { source, plan } of plans) {
    const [specs, firstSpecs] = [plan.metadata, first.plan.metadata].map((metadata) =>
      JSON.stringify(metadata["partition-specs"]),
    );
    if (specs !== firstSpecs) {
      throw new Error(
        `${source.metadataLocation} is partitioned otherwise than ${first.source.metadataLocation}. Restore it by itself.`,
      );
    }
  }
  const columns = new Map<number, string>();
  for (const { source, plan } of plans) {
    for (const { id, name, type } of columnsOf(plan.metadata)) {
      const column = JSON.stringify([name, type]);
      if ((columns.get(id) ?? column) !== column) {
        throw new Error(
          `${source.metadataLocation} has another column ${id} (${name}) than the others. Restore it by itself.`,
        );
      }
      columns.set(id, column);
    }
  }
}

interface ColumnShape {
  id: number;
  name: string;
  type: unknown;
}

/** Returns the columns of a table's current schema. */
export function columnsOf(metadata: TableMetadata): ColumnShape[] {
  const schemas = (metadata["schemas"] ?? []) as unknown as { "schema-id": number; fields: ColumnShape[] }[];
  return schemas.find((schema) => schema["schema-id"] === metadata["current-schema-id"])?.fields ?? [];
}

const deleted = 2;

const pathOf = ({ data_file: file }: AvroRecord): string => String((file as AvroRecord).file_path);
