import type { ObjectStore } from "../store/object-store.ts";
import {
  checkEvidence,
  checkInventory,
  checkListing,
  checkReceiptsSource,
  checkUnchanged,
  digestOfInventory,
  listFolder,
} from "./folder.ts";
import { expectedLocation, isInside } from "./layout.ts";
import { Problems } from "./problems.ts";
import type { Depth, Proof, ProofRequest, TableRequest } from "./proof.ts";
import { ObjectsSeen } from "./objects-seen.ts";
import { copySide, noting } from "./side.ts";
import { compareTable } from "./compare-table.ts";
import type { ProofMeter } from "./compare-table.ts";
import { everywhere } from "./table-comparison.ts";
import type { Receipt } from "../model/receipt.ts";

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
    const digest = await digestOfInventory(write, copySide(write), location);
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
  request: TableRequest & { list: (note: (uri: string, size: number) => void) => Promise<void> },
  meter: ProofMeter,
): Promise<Proof> {
  const problems = new Problems();
  const objects = new ObjectsSeen();
  await request.list((uri, size) => objects.list(uri, size));
  const { found } = await compareTable({ ...request, objects, isListed: true }, problems, meter);
  if (problems.all.length > 0) return { ok: false, problems: problems.all };
  return { ok: true, ...found, files: objects.count.named, bytes: objects.bytes, digest: "" };
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
  const objects = new ObjectsSeen();
  const unwatched = { begin() {}, file() {}, bytes() {} };
  const { found } = await compareTable({ ...request, objects, isListed: false }, problems, unwatched);
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
  const objects = new ObjectsSeen();
  await listFolder(write, location, objects);
  const { table, found } =
    source === undefined || metadataLocation === undefined
      ? { table: undefined, found: { snapshots: 0, rows: 0 } }
      : await compareTable({ ...request, source, metadataLocation, objects, isListed: true }, problems, meter);
  if (table) {
    const evidence = source === metadataLocation ? undefined : table.evidence;
    await noting(problems, () => checkEvidence(copySide(write), location, evidence, objects));
  }
  await checkListing(write, location, objects, problems);
  let digest = "";
  // What is wrong already is not said again in the words of an inventory, unless that is all that changes are known by.
  if (problems.all.length > 0 && source !== metadataLocation) return { ok: false, problems: problems.all };
  await noting(problems, async () => {
    digest = await checkInventory(write, copySide(write), location, objects, problems);
  });
  // A copy that is not whole is told by what is wrong with it.
  if (problems.all.length === 0) await checkUnchanged(write, location, objects, problems);
  const all = { ...found, files: objects.count.named, bytes: objects.bytes, digest };
  for (const member of receipt ? (["snapshots", "rows", "files", "bytes", "digest"] as const) : []) {
    if (problems.all.length > 0 || all[member] === receipt![member]) continue;
    if (member === "rows" && request.depth === "metadata") continue;
    problems.add(
      `The receipt of ${location} says ${member} ${receipt![member] ?? "not counted"}, the copy has ${all[member] ?? "none that can be counted"}.`,
    );
  }
  return problems.all.length > 0 ? { ok: false, problems: problems.all } : { ok: true, ...all };
}
