import { crc32 } from "node:zlib";

/**
 * The row positions in a `deletion-vector-v1` blob: https://iceberg.apache.org/puffin-spec/#deletion-vector-v1-blob-type.
 * Its bitmaps are Roaring's portable form: https://github.com/RoaringBitmap/RoaringFormatSpec.
 */
export function readDeletionVector(input: Uint8Array): number[] {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const end = bytes.length - 4;
  if (bytes.length < 20 || bytes.readUInt32BE(0) !== end - 4 || bytes.readUInt32BE(4) !== magic) {
    throw new Error("it holds no deletion vector where the manifest says so");
  }
  if (crc32(bytes.subarray(4, end)) !== bytes.readUInt32BE(end)) throw new Error("its deletion vector is damaged");
  const positions: number[] = [];
  let at = 16;
  for (let left = bytes.readBigUInt64LE(8); left > 0n; left--) {
    const high = bytes.readUInt32LE(at) * 2 ** 32;
    at = readBitmap(bytes, at + 4, (low) => positions.push(high + low));
  }
  return positions;
}

/** Reads one 32-bit bitmap and gives the offset after it. */
function readBitmap(bytes: Buffer, start: number, add: (value: number) => void): number {
  const cookie = bytes.readUInt32LE(start);
  const withRuns = (cookie & 0xffff) === cookieWithRuns;
  if (!withRuns && cookie !== cookieWithoutRuns) throw new Error("its deletion vector holds no Roaring bitmap");
  const containers = withRuns ? (cookie >>> 16) + 1 : bytes.readUInt32LE(start + 4);
  const runFlags = start + 4;
  const descriptions = withRuns ? runFlags + Math.ceil(containers / 8) : start + 8;
  const hasOffsets = !withRuns || containers >= 4;
  let at = descriptions + containers * (hasOffsets ? 8 : 4);
  for (let index = 0; index < containers; index++) {
    const high = bytes.readUInt16LE(descriptions + index * 4) * 2 ** 16;
    const cardinality = bytes.readUInt16LE(descriptions + index * 4 + 2) + 1;
    const isRun = withRuns && ((bytes[runFlags + (index >> 3)]! >> (index & 7)) & 1) === 1;
    const read = isRun ? readRuns : cardinality <= 4096 ? readArray : readBits;
    at = read(bytes, at, cardinality, (low) => add(high + low));
  }
  return at;
}

type ReadContainer = (bytes: Buffer, at: number, cardinality: number, add: (low: number) => void) => number;

const readArray: ReadContainer = (bytes, at, cardinality, add) => {
  for (let index = 0; index < cardinality; index++) add(bytes.readUInt16LE(at + index * 2));
  return at + cardinality * 2;
};

const readBits: ReadContainer = (bytes, at, _cardinality, add) => {
  for (let low = 0; low < 2 ** 16; low++) if ((bytes[at + (low >> 3)]! >> (low & 7)) & 1) add(low);
  return at + 8192;
};

const readRuns: ReadContainer = (bytes, at, _cardinality, add) => {
  const runs = bytes.readUInt16LE(at);
  for (let run = 0; run < runs; run++) {
    const first = bytes.readUInt16LE(at + 2 + run * 4);
    const more = bytes.readUInt16LE(at + 4 + run * 4);
    for (let low = first; low <= first + more; low++) add(low);
  }
  return at + 2 + runs * 4;
};

const magic = 0xd1d33964;
const cookieWithoutRuns = 12346;
const cookieWithRuns = 12347;
