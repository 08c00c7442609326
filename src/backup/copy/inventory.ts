import { sha256Of } from "../store/checksum.ts";
import { pieceSize } from "../store/pieces.ts";

/** An object of a copy, as it was written. */
export interface StoredObject {
  /** From the copy's folder. */
  path: string;
  size: number;
  /** Base64, as S3 shows it. */
  crc32: string;
}

/** Returns the objects of a copy as lines of JSON, in pieces of about this many bytes. Equal copies have equal bytes. */
export function* inventoryPieces(objects: Iterable<StoredObject>, length = pieceSize): Generator<Buffer> {
  let lines: string[] = [];
  let size = 0;
  for (const { path, size: bytes, crc32 } of objects) {
    const line = `${JSON.stringify({ path, size: bytes, crc32 })}\n`;
    lines.push(line);
    size += line.length;
    if (size < length) continue;
    yield Buffer.from(lines.join(""));
    [lines, size] = [[], 0];
  }
  if (lines.length > 0) yield Buffer.from(lines.join(""));
}

/** Returns the inventory of a copy as it is stored. */
export function printInventory(objects: Iterable<StoredObject>): Buffer {
  return Buffer.concat([...inventoryPieces(objects)]);
}

/** Returns the sizes of the objects that an inventory names, by their paths; `undefined` where it is no list of objects. */
export function sizesIn(inventory: Uint8Array): Map<string, number> | undefined {
  try {
    return new Map(parseInventory(inventory).map(({ path, size }) => [path, size]));
  } catch {
    return undefined;
  }
}

/** Reads the objects that an inventory names. */
export function parseInventory(bytes: Uint8Array): StoredObject[] {
  const lines = Buffer.from(bytes).toString().split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as StoredObject);
}

/** Computes the digest that a receipt carries from an inventory as it is stored. */
export function digestOfStored(inventory: Uint8Array): string {
  return sha256Of(inventory);
}

/** Computes the digest that a receipt carries from the objects of a copy. */
export function inventoryDigest(objects: StoredObject[]): string {
  return sha256Of(printInventory(objects));
}
