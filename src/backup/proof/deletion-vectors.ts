import { crc32 } from "node:zlib";
import { unlz4Frame } from "./decompress.ts";
import { differencesOf } from "./difference.ts";
import { ExactNumber, readExactJson } from "./exact-json.ts";
import type { ExactObject } from "./exact-json.ts";
import type { Places } from "./layout.ts";

/** A Puffin file: what comes before its footer, and the footer: https://iceberg.apache.org/puffin-spec/. */
export interface PuffinFile {
  head: Buffer;
  footer: ExactObject;
}

const referencedProperty = "referenced-data-file";

/**
 * Reads the footer of a Puffin file.
 * @throws for what is no Puffin file, or has a damaged footer
 */
export function openPuffin(input: Uint8Array): PuffinFile {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const end = bytes.length - 12;
  if (end < 8 || bytes.toString("latin1", end + 8) !== "PFA1") throw new Error("it is no Puffin file");
  const start = end - bytes.readInt32LE(end);
  if (start < 8 || start > end || bytes.toString("latin1", start - 4, start) !== "PFA1") {
    throw new Error("its Puffin footer is damaged");
  }
  const payload = bytes.subarray(start, end);
  const isCompressed = bytes[end + 4]! % 2 === 1;
  const footer = readExactJson((isCompressed ? unlz4Frame(payload) : payload).toString());
  if (!(footer instanceof Map)) throw new Error("its Puffin footer is damaged");
  return { head: bytes.subarray(0, start), footer };
}

/** Finds how two files of deletion vectors differ, but for the paths of the data files that they speak of. */
export function puffinDifferences(source: PuffinFile, copy: PuffinFile, moved: Places): string[] {
  const blobs = blobsOf(source).map((blob) => {
    const properties = blob.get("properties");
    const referenced = properties instanceof Map ? properties.get(referencedProperty) : undefined;
    if (!(properties instanceof Map) || typeof referenced !== "string") return blob;
    return new Map(blob).set("properties", new Map(properties).set(referencedProperty, moved.of(referenced)));
  });
  const problems = differencesOf(new Map(source.footer).set("blobs", blobs), copy.footer, "its footer");
  if (!source.head.equals(copy.head)) problems.push("its deletion vectors have other bytes");
  return problems;
}

/** Reads the rows that the vector at a place removes, and the data file that the footer says it speaks of. */
export function vectorAt(file: PuffinFile, offset: bigint, size: bigint): { of: string; positions: Set<number> } {
  const blob = blobsOf(file).find((each) => numberIn(each, "offset") === offset && numberIn(each, "length") === size);
  const properties = blob?.get("properties");
  const of = properties instanceof Map ? properties.get(referencedProperty) : undefined;
  if (typeof of !== "string") throw new Error(`it has no deletion vector at byte ${offset}`);
  return { of, positions: positionsIn(file.head.subarray(Number(offset), Number(offset + size))) };
}

/**
 * Reads the rows that a vector removes: https://iceberg.apache.org/puffin-spec/#deletion-vector-v1-blob-type,
 * https://github.com/RoaringBitmap/RoaringFormatSpec.
 */
export function positionsIn(blob: Buffer): Set<number> {
  const damaged = () => new Error("its deletion vector is damaged");
  const end = blob.length - 4;
  if (end < 16 || blob.readUInt32BE(0) !== end - 4 || blob.readUInt32LE(4) !== 0x6439d3d1) throw damaged();
  if (crc32(blob.subarray(4, end)) !== blob.readUInt32BE(end)) throw damaged();
  const positions = new Set<number>();
  let at = 8;
  const take = (length: number) => {
    if (at + length > end) throw damaged();
    at += length;
    return at - length;
  };
  const short = () => blob.readUInt16LE(take(2));
  const long = () => blob.readUInt32LE(take(4));
  const bitmaps = blob.readBigUInt64LE(take(8));
  for (let bitmap = 0n; bitmap < bitmaps; bitmap++) {
    const high = long() * 2 ** 32;
    const cookie = long();
    const hasRuns = (cookie & 0xffff) === 12347;
    if (!hasRuns && cookie !== 12346) throw damaged();
    const containers = hasRuns ? (cookie >>> 16) + 1 : long();
    const runFlags = hasRuns ? take(Math.ceil(containers / 8)) : 0;
    const keys = Array.from(
      { length: take(0) + containers <= end ? containers : 0 },
      () => [short(), short()] as const,
    );
    if (keys.length !== containers) throw damaged();
    if (!hasRuns || containers >= 4) take(containers * 4);
    keys.forEach(([key, last], index) => {
      const base = high + key * 2 ** 16;
      const isRun = hasRuns && (blob[runFlags + (index >> 3)]! >> (index & 7)) % 2 === 1;
      if (isRun) {
        for (let runs = short(); runs > 0; runs--) {
          const first = short();
          const more = short();
          for (let low = first; low <= first + more; low++) positions.add(base + low);
        }
      } else if (last + 1 > 4096) {
        const bits = take(8192);
        for (let low = 0; low < 2 ** 16; low++)
          if ((blob[bits + (low >> 3)]! >> (low & 7)) % 2 === 1) positions.add(base + low);
      } else for (let left = last + 1; left > 0; left--) positions.add(base + short());
    });
  }
  return positions;
}

function blobsOf({ footer }: PuffinFile): ExactObject[] {
  const blobs = footer.get("blobs");
  if (!Array.isArray(blobs) || !blobs.every((blob) => blob instanceof Map))
    throw new Error("its Puffin footer is damaged");
  return blobs;
}

function numberIn(blob: ExactObject, member: string): bigint | undefined {
  const number = blob.get(member);
  return number instanceof ExactNumber ? number.integer() : undefined;
}
