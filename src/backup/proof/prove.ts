import { compareFiles } from "./file-comparison.ts";
import type { FilesRead } from "./file-comparison.ts";
import { checkEvidence, checkInventory, checkListing, checkReceiptsSource, listFolder } from "./folder.ts";
import { countLiveRows } from "./live-rows.ts";
import type { ReadKeys } from "./live-rows.ts";
import { readParquetColumn } from "./parquet-column.ts";
import { readParquetFooter } from "./parquet-footer.ts";
import { expectedLocation, isInside } from "./layout.ts";
import { Problems } from "./problems.ts";
import type { Proof, ProofRequest } from "./proof.ts";
import { bufferOf, forEach } from "./reading.ts";
import { copySide, noting } from "./side.ts";
import { compareTables } from "./table-comparison.ts";
import type { ComparedTable } from "./table-comparison.ts";
import { unpartitionedSpecsIn } from "./table-metadata.ts";

/** Tells how far the proof is. */
export interface ProofMeter {
  begin(files: number, bytes: number): void;
  file(): void;
  bytes(count: number): void;
}

/** Files at once: each holds some pieces of 8 MiB. */
const filesAtOnce = 8;

/**
 * Holds a copy against the table that it was made of: walks both, reads the copy whole, and believes neither receipt nor inventory nor
 * what a HEAD request says of the copy. It shares no code with what makes copies.
 * @throws where something cannot be read: then nothing is known.
 */
export async function prove(request: ProofRequest, meter: ProofMeter): Promise<Proof> {
  const { source, receipt, write } = request;
  const problems = new Problems();
  const location = expectedLocation(request.destination, source, request.history);
  const metadataLocation = receipt ? receipt.destination.metadataLocation : request.metadataLocation;
  if (receipt) checkReceiptsSource(receipt, source, problems);
  if (receipt && receipt.destination.location !== location) {
    problems.add(`The receipt says that the copy lies in ${receipt.destination.location}, not in ${location}.`);
  }
  if (metadataLocation !== undefined && !isInside(location, metadataLocation)) {
    problems.add(`The copy's metadata ${metadataLocation} lies outside ${location}.`);
  }
  if ((metadataLocation === undefined) !== (source.metadataLocation === undefined)) {
    problems.add(
      `The table's metadata file is ${source.metadataLocation ?? "none"}, the copy's ${metadataLocation ?? "none"}.`,
    );
  }
  if (problems.all.length > 0) return { ok: false, problems: problems.all };

  const listed = await listFolder(write, location);
  meter.begin(listed.size, sum(listed.values()));
  const sums = new Map<string, string>();
  const found = { snapshots: 0, rows: 0 };
  if (metadataLocation !== undefined) {
    const table = await compareTables({
      ...request,
      source: source.metadataLocation!,
      copy: metadataLocation,
      location,
      listed,
      problems,
      onFile: () => meter.file(),
    });
    const files = await readFiles(table, request, problems, meter);
    for (const [uri, crc32] of [...table.sums, ...files.sums]) sums.set(uri, crc32);
    await noting(problems, () => checkEvidence(copySide(write), location, table.evidence, sums));
    found.snapshots = table.snapshots;
    if (problems.all.length === 0) found.rows = await rowsOf(table, files, request, problems);
  }
  checkListing(location, listed, new Set(sums.keys()), problems);
  let digest = "";
  // What is wrong already is not said again in the words of an inventory.
  if (problems.all.length > 0) return { ok: false, problems: problems.all };
  await noting(problems, async () => {
    digest = await checkInventory(copySide(write), location, sums, listed, problems);
  });
  const total = { ...found, files: sums.size, bytes: sum([...sums.keys()].map((uri) => listed.get(uri) ?? 0)), digest };
  for (const member of receipt ? (["snapshots", "rows", "files", "bytes", "digest"] as const) : []) {
    if (problems.all.length > 0 || total[member] === receipt![member]) continue;
    problems.add(`The receipt of ${location} says ${member} ${receipt![member]}, the copy has ${total[member]}.`);
  }
  return problems.all.length > 0 ? { ok: false, problems: problems.all } : { ok: true, ...total };
}

async function readFiles(
  { files, moved }: ComparedTable,
  { read, write, signal }: ProofRequest,
  problems: Problems,
  meter: ProofMeter,
): Promise<FilesRead> {
  const rows = () => ({ counts: new Map(), removed: new Map() });
  const found: FilesRead = { source: rows(), copy: rows(), sums: new Map() };
  const comparing = { read, write, moved, problems, onBytes: (count: number) => meter.bytes(count) };
  await forEach(
    files.values(),
    filesAtOnce,
    async (pair) => {
      await compareFiles(pair, found, comparing);
      meter.file();
    },
    signal,
  );
  return found;
}

/** Live rows of the current snapshot, counted on both sides. */
async function rowsOf(
  { metadata, moved, live }: ComparedTable,
  files: FilesRead,
  { write }: ProofRequest,
  problems: Problems,
): Promise<number> {
  const unpartitioned = unpartitionedSpecsIn(metadata);
  // The bytes are equal, so the keys of both sides are read in the copy.
  const readKeys: ReadKeys = async (file, fieldIds) => {
    const uri = moved.of(file.path);
    if (file.format !== "PARQUET")
      throw new Error(`${file.path}: equality deletes on ${file.format} data are not supported; PARQUET is.`);
    const read = async (start: number, end: number) => bufferOf(await write.get(uri, { start, end }));
    const footer = await readParquetFooter(read, Number(file.size));
    const columns = await Promise.all(
      fieldIds.map((id) => {
        const column = footer.columns.find((each) => each.fieldId === id);
        return column ? readParquetColumn(read, footer, column) : undefined;
      }),
    );
    return Array.from({ length: Number(footer.rows) }, (_, row) => columns.map((cells) => cells?.[row] ?? null));
  };
  const copied: ReadKeys = (file, fieldIds) => readKeys({ ...file, path: originOf(file.path) }, fieldIds);
  const origins = new Map(live.source.map((file) => [moved.of(file.path), file.path]));
  const originOf = (path: string) => origins.get(path) ?? path;
  const rows = await countLiveRows(live.source, files.source, unpartitioned, readKeys);
  const rowsOfCopy = await countLiveRows(live.copy, files.copy, unpartitioned, copied);
  if (rows !== rowsOfCopy) problems.add(`The copy returns ${rowsOfCopy} rows, the table ${rows}.`);
  return rows;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
