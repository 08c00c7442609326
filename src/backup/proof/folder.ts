import { createHash } from "node:crypto";
import type { ObjectStore } from "../object-store.ts";
import type { Receipt } from "../receipt.ts";
import type { TableVersion } from "../location.ts";
import { ExactNumber, readExactJson } from "./exact-json.ts";
import { FileSums } from "./file-sums.ts";
import { evidenceName, inventoryName, receiptName } from "./layout.ts";
import type { Problems } from "./problems.ts";
import { CopyProblem } from "./side.ts";
import type { Side } from "./side.ts";

/** Lists every object in a folder with its size in bytes, by URI: what nobody named is found as well. */
export async function listFolder(store: ObjectStore, location: string): Promise<Map<string, number>> {
  const listed = new Map<string, number>();
  for await (const { uri, size } of store.list(`${location}/`)) listed.set(uri, size);
  return listed;
}

/** Notes the objects that should lie in a copy's folder and do not, and those that should not and do. */
export function checkListing(
  location: string,
  listed: Map<string, number>,
  wanted: Set<string>,
  problems: Problems,
): void {
  for (const uri of wanted) if (!listed.has(uri)) problems.add(`${uri} is missing.`);
  const own = new Set([receiptName, inventoryName, evidenceName].map((name) => `${location}/${name}`));
  for (const uri of listed.keys()) {
    if (!wanted.has(uri) && !own.has(uri)) problems.add(`${uri} belongs to nothing in the copy.`);
  }
}

/** Holds the inventory against what was read, and returns the digest of its bytes. */
export async function checkInventory(
  side: Side,
  location: string,
  sums: Map<string, string | undefined>,
  listed: Map<string, number>,
  problems: Problems,
): Promise<string> {
  const uri = `${location}/${inventoryName}`;
  const isReadWhole = problems.all.length === 0;
  const bytes = await side.bytes(uri);
  const told = new Map<string, [size: string, sum: string]>();
  await side.parsed(uri, () => {
    for (const line of bytes.toString().split("\n").filter(Boolean)) {
      const object = readExactJson(line);
      if (!(object instanceof Map)) throw new Error("it is no list of objects");
      const [path, size, crc32] = [object.get("path"), object.get("size"), object.get("crc32")];
      if (typeof path !== "string" || !(size instanceof ExactNumber) || object.size !== 3)
        throw new Error("it is no list of objects");
      told.set(`${location}/${path}`, [`${size.text} bytes`, `CRC-32 ${String(crc32)}`]);
    }
  });
  for (const [object, sum] of sums) {
    const line = told.get(object);
    const found = [`${listed.get(object)} bytes`, sum === undefined ? line?.[1] : `CRC-32 ${sum}`].join(", ");
    if (line?.join(", ") !== found)
      problems.add(`${object} has ${found}; ${uri} says ${line?.join(", ") ?? "nothing of it"}.`);
  }
  // What is missing, or belongs to what could not be read, is told already.
  for (const object of isReadWhole ? told.keys() : [])
    if (!sums.has(object)) problems.add(`${uri} names ${object}, which belongs to nothing in the copy.`);
  return digestOf(bytes);
}

/** Computes the digest of an inventory's bytes. */
export async function digestOfInventory(side: Side, location: string): Promise<string> {
  return digestOf(await side.bytes(`${location}/${inventoryName}`));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Checks that the source's metadata as it was is kept beside the copy; without `evidence` it is read, and not compared. */
export async function checkEvidence(
  side: Side,
  location: string,
  evidence: Buffer | undefined,
  sums: Map<string, string | undefined>,
): Promise<void> {
  const uri = `${location}/${evidenceName}`;
  const bytes = await side.bytes(uri);
  const sum = new FileSums(undefined);
  sum.update(bytes);
  sums.set(uri, sum.value().crc32);
  if (evidence && !bytes.equals(evidence)) throw new CopyProblem(`${uri} is not the source's metadata file.`);
}

/** Notes where a receipt speaks of another version. */
export function checkReceiptsSource(receipt: Receipt, source: TableVersion, problems: Problems): void {
  for (const member of ["account", "region", "tableArn", "metadataLocation", "versionToken"] as const) {
    if (receipt.source[member] === source[member]) continue;
    problems.add(`The receipt is of another version: ${member} ${receipt.source[member]}, not ${source[member]}.`);
  }
}
