import { copyFiles, putOnce } from "../copy/copy.ts";
import { countRows } from "../verify/count-rows.ts";
import { openAvro, rewriteAvro } from "../iceberg/avro.ts";
import type { AvroRecord } from "../iceberg/avro.ts";
import { content, rewriteManifest } from "../iceberg/manifest.ts";
import { statisticsFiles } from "../iceberg/metadata.ts";
import type { TakenManifest } from "../iceberg/new-manifest-list.ts";
import { entryFilter } from "./history-plan.ts";
import type { SourcePlan } from "./history-plan.ts";
import { pathMapper } from "../model/location.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { Meter } from "../model/progress.ts";
import { baseName } from "../store/s3-uri.ts";
import { rewriteDeletes } from "../copy/table-copy.ts";

/** What was taken of a source. */
export interface Taken {
  id: bigint;
  sequence: bigint;
  manifests: TakenManifest[];
  /** That a query returns of them; at most, where only some days of a table with deletes were taken. */
  rows: number;
  /** Whether that is their exact number. */
  exact: boolean;
}

/** Copies the files of one source, and writes manifests that name them, with sequence numbers after those of the source before. */
export async function takeSource(
  { source, plan, manifests, kept }: SourcePlan,
  { location, name, index, base, id }: { location: string; name: string; index: number; base: bigint; id: bigint },
  { write, signal }: { write: ObjectStore; signal?: AbortSignal | undefined },
  progress: Meter,
): Promise<Taken> {
  const stores = { read: source.read, write, ...(signal && { signal }) };
  const move = pathMapper(plan.metadata.location, `${location}/data/${baseName(source.tableArn)}`);
  const { data, deletes } = kept;
  progress.begin(
    "data",
    data.length,
    data.reduce((sum, { size }) => sum + size, 0),
  );
  const jobs = data.map(({ path, size }, number) => ({ number, from: path, to: move(path), size }));
  await copyFiles(
    () => jobs,
    stores,
    ({ size }) => {
      progress.file();
      progress.bytes(size);
    },
  );
  const sizes = new Map<string, number>();
  for (const file of deletes) {
    const body = await rewriteDeletes(file, await source.read.get(file.path), move);
    sizes.set(file.path, body.length);
    await putOnce(write, move(file.path), body);
  }
  const result: Taken = {
    id,
    sequence: base + BigInt(Number(plan.metadata["last-sequence-number"])),
    manifests: [],
    rows: 0,
    exact: true,
  };
  progress.begin("manifests", manifests.length);
  for (const [at, { row, bytes }] of manifests.entries()) {
    const isTaken = entryFilter(openAvro(bytes), source);
    const inherited = BigInt(row.sequence_number as bigint);
    const written = { files: 0, rows: 0n, lowest: undefined as bigint | undefined };
    const body = rewriteAvro(openAvro(rewriteManifest(bytes, move, (uri) => sizes.get(uri))), (record) => {
      if (!isTaken(record)) return undefined;
      const sequence = base + BigInt((record.sequence_number as bigint | null) ?? inherited);
      const ofFile = base + BigInt((record.file_sequence_number as bigint | null | undefined) ?? inherited);
      written.files++;
      written.rows += BigInt((record.data_file as AvroRecord).record_count as bigint);
      written.lowest = written.lowest === undefined || sequence < written.lowest ? sequence : written.lowest;
      return {
        ...record,
        status: existing,
        snapshot_id: id,
        sequence_number: sequence,
        ...("file_sequence_number" in record && { file_sequence_number: ofFile }),
      };
    });
    progress.file();
    if (written.lowest === undefined) continue;
    const path = `${location}/metadata/${name}-${index}-m${at}.avro`;
    await putOnce(write, path, body);
    const holds = Number(row.content ?? 0);
    if (holds === content.data) result.rows += Number(written.rows);
    result.manifests.push({
      path,
      length: body.length,
      specId: Number(row.partition_spec_id),
      content: holds,
      lowestSequence: written.lowest,
      snapshot: id,
      files: written.files,
      rows: written.rows,
      partitions: row.partitions,
    });
  }
  if (sizes.size === 0) return result;
  // What deletes hide is counted at the source, where all of it was taken.
  const statistics = statisticsFiles(plan.metadata, "current").filter(({ path }) => !plan.leftOut.has(path));
  const whole = plan.copies.count - statistics.length === data.length;
  if (!whole) return { ...result, exact: false };
  const { rows } = await countRows(source.read, source.metadataLocation);
  return { ...result, rows };
}

const existing = 0;
