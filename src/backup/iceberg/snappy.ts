import { crc32 } from "node:zlib";
import { snappyUncompress } from "hyparquet";
import { largestOutputBytes } from "./limits.ts";

/**
 * Decompresses Avro's codec `snappy`: a Snappy block, then the CRC-32 of what it holds, the highest byte first.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function decompressSnappy(data: Buffer): Buffer {
  const block = data.subarray(0, -4);
  const length = readVarint(block);
  if (length > largestOutputBytes) throw new Error(`its Avro block claims to hold ${length} bytes`);
  const output = Buffer.alloc(length);
  snappyUncompress(block, output);
  if (crc32(output) !== data.readUInt32BE(block.length)) throw new Error("its Avro data is damaged");
  return output;
}

/** Returns the data as literals of Avro's codec `snappy`, which every reader takes and which need no search for repetitions. */
export function compressSnappy(data: Buffer): Buffer {
  const pieces = [varint(data.length)];
  for (let at = 0; at < data.length; at += longestLiteral) {
    const literal = data.subarray(at, at + longestLiteral);
    pieces.push(tagOf(literal.length), literal);
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  return Buffer.concat([...pieces, sum]);
}

/** Short lengths are in the tag itself: some readers take no longer form for them. */
function tagOf(length: number): Buffer {
  if (length <= 60) return Buffer.from([(length - 1) << 2]);
  const tag = Buffer.from([61 << 2, 0, 0]);
  tag.writeUInt16LE(length - 1, 1);
  return tag;
}

/** With a length of two bytes. */
const longestLiteral = 2 ** 16;

function readVarint(bytes: Buffer): number {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  throw new Error("its Avro data is damaged");
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
