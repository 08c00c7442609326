import { sha256Of } from "./checksum.ts";

/** An object of a copy, as it was written. */
export interface StoredObject {
  /** From the copy's folder. */
  path: string;
  size: number;
  /** Base64, as S3 shows it. */
  crc32: string;
}

/** Returns the objects of a copy as lines of JSON sorted by path. Equal copies have equal bytes. */
export function printInventory(objects: StoredObject[]): Buffer {
  const sorted = objects.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return Buffer.from(sorted.map(({ path, size, crc32 }) => `${JSON.stringify({ path, size, crc32 })}\n`).join(""));
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
