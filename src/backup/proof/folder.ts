import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { ObjectStore } from "../store/object-store.ts";
import type { Receipt } from "../model/receipt.ts";
import type { TableVersion } from "../model/location.ts";
import { ExactNumber, readExactJson } from "./exact-json.ts";
import { FileSums } from "./file-sums.ts";
import { evidenceName, inventoryName, receiptName } from "./layout.ts";
import { marks } from "./objects-seen.ts";
import type { ObjectsSeen } from "./objects-seen.ts";
import type { Problems } from "./problems.ts";
import { pieceBytes } from "./reading.ts";
import { CopyProblem } from "./side.ts";
import type { Side } from "./side.ts";

/** Lists every object in a folder with its size in bytes: what nobody named is found as well. */
export async function listFolder(store: ObjectStore, location: string, objects: ObjectsSeen): Promise<void> {
  for await (const { uri, size, etag } of store.list(`${location}/`)) objects.list(uri, size, etag);
}

/**
 * Notes what was changed or removed since it was listed: to read a large copy takes hours, and what was read first may be damaged when the last
 * is. What another run has added meanwhile is none of this.
 */
export async function checkUnchanged(
  store: ObjectStore,
  location: string,
  objects: ObjectsSeen,
  problems: Problems,
): Promise<void> {
  let again = 0;
  for await (const { uri, size, etag } of store.list(`${location}/`)) {
    if (!objects.isAsListed(uri, size, etag)) problems.add(`${uri} was changed while the copy was read back.`);
    if (objects.sizeOf(uri) !== undefined && objects.markOnce(uri, marks.again)) again += 1;
  }
  const removed = objects.count.listed - again;
  if (removed > 0) problems.add(`Objects of ${location} were removed while the copy was read back: ${removed}.`);
}

/** Notes the objects that should lie in a copy's folder and do not, and those that should not and do. */
export async function checkListing(
  store: ObjectStore,
  location: string,
  objects: ObjectsSeen,
  problems: Problems,
): Promise<void> {
  for (const uri of objects.missing) problems.add(`${uri} is missing.`);
  const proofFiles = new Set([receiptName, inventoryName, evidenceName].map((name) => `${location}/${name}`));
  const proofFilesListed = [...proofFiles].filter(
    (uri) => objects.sizeOf(uri) !== undefined && !objects.isNamed(uri),
  ).length;
  if (objects.count.listed === objects.count.both + proofFilesListed) return;
  // Names were not kept, so those that belong to nothing are looked for once more.
  for await (const { uri } of store.list(`${location}/`)) {
    if (!objects.isNamed(uri) && !proofFiles.has(uri)) problems.add(`${uri} belongs to nothing in the copy.`);
  }
}

/** Holds the inventory against what was read, and returns the digest of its bytes. */
export async function checkInventory(
  store: ObjectStore,
  side: Side,
  location: string,
  objects: ObjectsSeen,
  problems: Problems,
): Promise<string> {
  const uri = `${location}/${inventoryName}`;
  const isReadWhole = problems.all.length === 0;
  const hash = createHash("sha256");
  let inventoried = 0;
  const compare = (line: string) => {
    const { path, size, crc32 } = lineOf(line);
    const object = `${location}/${path}`;
    if (objects.isNamed(object)) {
      if (objects.markOnce(object, marks.inventory)) inventoried += 1;
      const sum = objects.sumOf(object) ?? crc32;
      const [wanted, found] = [`${objects.sizeOf(object)} bytes, CRC-32 ${sum}`, `${size} bytes, CRC-32 ${crc32}`];
      if (wanted !== found) problems.add(`${object} has ${wanted}; ${uri} says ${found}.`);
    } else if (isReadWhole) {
      // What is missing, or belongs to what could not be read, is told already.
      problems.add(`${uri} names ${object}, which belongs to nothing in the copy.`);
    }
  };
  for await (const lines of linesOf(side, uri, (await sizeOf(store, uri)) ?? 0, hash)) {
    await side.parsed(uri, () => lines.forEach(compare));
  }
  if (inventoried < objects.count.named) {
    for await (const { uri: object } of store.list(`${location}/`)) {
      if (objects.isNamed(object) && !objects.isMarked(object, marks.inventory))
        problems.add(`${object} lies in the copy; ${uri} says nothing of it.`);
    }
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Computes the digest of an inventory's bytes. */
export async function digestOfInventory(store: ObjectStore, side: Side, location: string): Promise<string> {
  const uri = `${location}/${inventoryName}`;
  const hash = createHash("sha256");
  for await (const _ of linesOf(side, uri, (await sizeOf(store, uri)) ?? 0, hash));
  return `sha256:${hash.digest("hex")}`;
}

async function sizeOf(store: ObjectStore, uri: string): Promise<number | undefined> {
  return (await store.head(uri))?.size;
}

/** The lines of a file that may be larger than memory, some at once; its bytes go into the hash. */
async function* linesOf(side: Side, uri: string, size: number, hash: Hash): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for (let start = 0; start === 0 || start < size; start += pieceBytes) {
    const range = size > pieceBytes ? { start, end: Math.min(size, start + pieceBytes) } : undefined;
    const piece = await side.bytes(uri, range);
    hash.update(piece);
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf("\n") + 1;
    yield bytes.subarray(0, end).toString().split("\n").filter(Boolean);
    rest = bytes.subarray(end);
  }
  yield rest.toString().split("\n").filter(Boolean);
}

function lineOf(line: string): { path: string; size: string; crc32: string } {
  const object = readExactJson(line);
  if (!(object instanceof Map)) throw new Error("it is no list of objects");
  const [path, size, crc32] = [object.get("path"), object.get("size"), object.get("crc32")];
  if (typeof path !== "string" || !(size instanceof ExactNumber) || object.size !== 3)
    throw new Error("it is no list of objects");
  return { path, size: size.text, crc32: String(crc32) };
}

/** Checks that the source's metadata as it was is kept beside the copy; without `evidence` it is read, and not compared. */
export async function checkEvidence(
  side: Side,
  location: string,
  evidence: Buffer | undefined,
  objects: ObjectsSeen,
): Promise<void> {
  const uri = `${location}/${evidenceName}`;
  const bytes = await side.bytes(uri);
  const sum = new FileSums(undefined);
  sum.update(bytes);
  objects.name(uri, sum.value().crc32);
  if (evidence && !bytes.equals(evidence)) throw new CopyProblem(`${uri} is not the source's metadata file.`);
}

/** Notes where a receipt speaks of another version. */
export function checkReceiptsSource(receipt: Receipt, source: TableVersion, problems: Problems): void {
  for (const member of ["account", "region", "tableArn", "metadataLocation", "versionToken"] as const) {
    if (receipt.source[member] === source[member]) continue;
    problems.add(`The receipt is of another version: ${member} ${receipt.source[member]}, not ${source[member]}.`);
  }
}
