import type { ObjectStore } from "../object-store.ts";
import { askFile, compareFiles } from "./file-comparison.ts";
import type { FilesRead } from "./file-comparison.ts";
import {
  checkEvidence,
  checkInventory,
  checkListing,
  checkReceiptsSource,
  digestOfInventory,
  listFolder,
} from "./folder.ts";
import { expectedLocation, isInside } from "./layout.ts";
import { Problems } from "./problems.ts";
import type { Depth, Proof, ProofRequest, TableRequest } from "./proof.ts";
import { forEach } from "./reading.ts";
import { copySide, noting } from "./side.ts";
import { compareTables, everywhere } from "./table-comparison.ts";
import type { ComparedTable } from "./table-comparison.ts";
import { countTables } from "./table-count.ts";
import type { Receipt } from "../receipt.ts";

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
  const { source, receipt } = request;
  const problems = new Problems();
  const location = expectedLocation(request.destination, source, request.history, request.place);
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
  return proveFolder({ ...request, location, metadataLocation, source: source.metadataLocation }, problems, meter);
}

/**
 * Holds a backup against its receipt and inventory alone, as after its table is gone: walks it, and reads it whole or only its metadata.
 * @throws where something cannot be read: then nothing is known.
 */
export async function proveReceipt(
  request: { receipt: Receipt; write: ObjectStore; depth?: Depth; signal?: AbortSignal },
  meter: ProofMeter,
): Promise<Proof> {
  const { receipt, write } = request;
  const { location, metadataLocation } = receipt.destination;
  const problems = new Problems();
  await noting(problems, async () => {
    const digest = await digestOfInventory(copySide(write), location);
    // Nothing that follows from another inventory is worth telling.
    if (digest !== receipt.digest) problems.add(otherInventory(receipt, digest));
  });
  if (problems.all.length > 0) return { ok: false, problems: problems.all };
  const itself = { source: metadataLocation, metadataLocation, location, history: "all" as const, read: write };
  return proveFolder({ ...request, ...itself }, problems, meter);
}

/** Says that an inventory is not the one that its receipt was given for. */
export function otherInventory({ destination: { location }, digest }: Receipt, found: string): string {
  return (
    `${location}/objects.jsonl is not the one that the receipt was given for: its digest is ${found}, the receipt says ${digest}. ` +
    "Restore it, or take another backup."
  );
}

/** Holds a table against one that was made of it at another place, such as by a restore: nothing but the table lies there. */
export async function proveTable(
  request: TableRequest & { listed: Map<string, number> },
  meter: ProofMeter,
): Promise<Proof> {
  const problems = new Problems();
  const { found, sums } = await compare(request, problems, meter);
  if (problems.all.length > 0) return { ok: false, problems: problems.all };
  return { ok: true, ...found, ...total(sums, request.listed), digest: "" };
}

/** Counts the rows that a query of a table returns, and its snapshots. */
export async function countTable(
  read: ObjectStore,
  source: string,
): Promise<{ snapshots: number; rows?: number; rowsNotCounted?: string }> {
  const problems = new Problems();
  const request = {
    source,
    metadataLocation: source,
    location: everywhere,
    history: "all" as const,
    read,
    write: read,
  };
  const { found } = await compare(request, problems, { begin() {}, file() {}, bytes() {} });
  if (problems.all.length > 0) throw new Error(problems.all.join(" "));
  return found;
}

async function proveFolder(
  request: Omit<TableRequest, "source" | "metadataLocation"> & {
    source?: string;
    metadataLocation?: string;
    receipt?: Receipt;
    depth?: Depth;
  },
  problems: Problems,
  meter: ProofMeter,
): Promise<Proof> {
  const { location, write, receipt, source, metadataLocation } = request;
  const listed = await listFolder(write, location);
  const { table, found, sums } =
    source === undefined || metadataLocation === undefined
      ? { table: undefined, found: { snapshots: 0, rows: 0 }, sums: new Map<string, string | undefined>() }
      : await compare({ ...request, source, metadataLocation, listed }, problems, meter);
  if (table) {
    const evidence = source === metadataLocation ? undefined : table.evidence;
    await noting(problems, () => checkEvidence(copySide(write), location, evidence, sums));
  }
  checkListing(location, listed, new Set(sums.keys()), problems);
  let digest = "";
  // What is wrong already is not said again in the words of an inventory, unless that is all that changes are known by.
  if (problems.all.length > 0 && source !== metadataLocation) return { ok: false, problems: problems.all };
  await noting(problems, async () => {
    digest = await checkInventory(copySide(write), location, sums, listed, problems);
  });
  const all = { ...found, ...total(sums, listed), digest };
  for (const member of receipt ? (["snapshots", "rows", "files", "bytes", "digest"] as const) : []) {
    if (problems.all.length > 0 || all[member] === receipt![member]) continue;
    if (member === "rows" && request.depth === "metadata") continue;
    problems.add(
      `The receipt of ${location} says ${member} ${receipt![member] ?? "not counted"}, the copy has ${all[member] ?? "none that can be counted"}.`,
    );
  }
  return problems.all.length > 0 ? { ok: false, problems: problems.all } : { ok: true, ...all };
}

interface Compared {
  table: ComparedTable;
  found: Pick<Whole, "snapshots" | "rows" | "rowsNotCounted" | "leftOut" | "unread">;
  /** CRC-32 of each object of the copy, by URI; undefined where nothing told it. */
  sums: Map<string, string | undefined>;
}

type Whole = Extract<Proof, { ok: true }>;

/** Reads a table and what was made of it, and notes where they differ. */
async function compare(
  request: TableRequest & { listed?: Map<string, number>; depth?: Depth },
  problems: Problems,
  meter: ProofMeter,
): Promise<Compared> {
  const { listed = new Map<string, number>(), metadataLocation, depth } = request;
  meter.begin(listed.size, sum(listed.values()));
  const table = await compareTables({ ...request, copy: metadataLocation, problems, onFile: () => meter.file() });
  const files = await readFiles(table, request, problems, meter);
  const sums = new Map([...table.sums, ...files.sums]);
  const leftOut = [...table.leftOut].toSorted();
  const found = { snapshots: table.snapshots, ...(leftOut.length > 0 && { leftOut }) };
  if (depth === "metadata") return { table, found: { ...found, unread: total(files.sums, listed) }, sums };
  const counted = problems.all.length === 0 ? await countTables(table, files, request.write, problems) : {};
  return { table, found: { ...found, ...counted }, sums };
}

async function readFiles(
  { files, moved }: ComparedTable,
  { read, write, location, source, metadataLocation, depth, signal }: TableRequest & { depth?: Depth },
  problems: Problems,
  meter: ProofMeter,
): Promise<FilesRead> {
  const rows = () => ({ counts: new Map(), removed: new Map() });
  const found: FilesRead = { source: rows(), copy: rows(), sums: new Map(), uncounted: new Map() };
  const onBytes = (count: number) => meter.bytes(count);
  const comparing = { read, write, moved, location, isSame: source === metadataLocation, problems, onBytes };
  await forEach(
    files.values(),
    filesAtOnce,
    async (pair) => {
      await (depth === "metadata" ? askFile : compareFiles)(pair, found, comparing);
      meter.file();
    },
    signal,
  );
  return found;
}

function total(sums: Map<string, string | undefined>, listed: Map<string, number>): { files: number; bytes: number } {
  return { files: sums.size, bytes: sum([...sums.keys()].map((uri) => listed.get(uri) ?? 0)) };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
