import { brotliDecompressSync, gunzipSync, inflateRawSync, zstdDecompressSync } from "node:zlib";

/** What a block or page may become, so that a small file cannot fill the memory: the largest that Iceberg's writers make is far below. Bytes. */
export const largestOutput = 256 * 2 ** 20;

const limit = { maxOutputLength: largestOutput };

/** Decompresses gzip. */
export const gunzip = (data: Uint8Array): Buffer => gunzipSync(data, limit);
/** Decompresses raw deflate, without a header, as Avro and ORC have it. */
export const inflate = (data: Uint8Array): Buffer => inflateRawSync(data, limit);
/** Decompresses Zstandard. */
export const unzstd = (data: Uint8Array): Buffer => zstdDecompressSync(data, limit);
/** Decompresses Brotli. */
export const unbrotli = (data: Uint8Array): Buffer => brotliDecompressSync(data, limit);

/** Decompresses a raw Snappy block: https://github.com/google/snappy/blob/main/format_description.txt */
export function unsnappy(data: Uint8Array): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = data[at++];
    if (byte === undefined || shift > 28) throw new Error("its Snappy data has no length");
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const output = outputOf(length);
  let end = 0;
  const littleEndian = (bytes: number) => {
    let value = 0;
    for (let index = 0; index < bytes; index++) value += (data[at++] ?? 0) * 2 ** (8 * index);
    return value;
  };
  while (at < data.length) {
    const tag = data[at++]!;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const size = (short < 60 ? short : littleEndian(short - 59)) + 1;
      end = appendLiteral(output, end, data, at, size);
      at += size;
    } else {
      const size = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const offset = (tag & 3) === 1 ? ((tag >> 5) << 8) + littleEndian(1) : littleEndian((tag & 3) === 2 ? 2 : 4);
      end = appendCopy(output, end, offset, size);
    }
  }
  if (end !== length) throw new Error(`its Snappy data gives ${end} bytes instead of ${length}`);
  return output;
}

/** Decompresses a raw LZ4 block, which becomes `length` bytes: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
export function unlz4(data: Uint8Array, length: number, is: "exactly" | "at most" = "exactly"): Buffer {
  const output = outputOf(length);
  const end = appendLz4Block(output, 0, data);
  if (end !== length && is === "exactly") throw new Error(`its LZ4 data gives ${end} bytes instead of ${length}`);
  return output.subarray(0, end);
}

/** Decompresses a frame of LZ4 that tells the size of its content: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
export function unlz4Frame(data: Buffer): Buffer {
  const flags = data[4] ?? 0;
  if (data.length < 15 || data.readUInt32LE(0) !== 0x184d2204 || flags >> 6 !== 1 || (flags & 8) === 0) {
    throw new Error("its LZ4 frame is damaged or does not tell its size");
  }
  const output = outputOf(Number(data.readBigUInt64LE(6)));
  let at = 15 + (flags & 1 ? 4 : 0);
  let end = 0;
  while (at + 4 <= data.length) {
    const head = data.readUInt32LE(at);
    if (head === 0) break;
    const block = data.subarray(at + 4, (at += 4 + (head & 0x7fffffff)));
    end = head >>> 31 === 1 ? appendLiteral(output, end, block, 0, block.length) : appendLz4Block(output, end, block);
    if (flags & 16) at += 4;
  }
  if (end !== output.length) throw new Error(`its LZ4 data gives ${end} bytes instead of ${output.length}`);
  return output;
}

/** Appends what a block holds, which may repeat what an earlier block held, and returns where that ends. */
function appendLz4Block(output: Buffer, start: number, data: Uint8Array): number {
  let at = 0;
  let end = start;
  const more = (size: number) => {
    let total = size;
    if (size === 15) for (let byte = 255; byte === 255; total += byte) byte = data[at++] ?? 0;
    return total;
  };
  while (at < data.length) {
    const token = data[at++]!;
    const literal = more(token >> 4);
    end = appendLiteral(output, end, data, at, literal);
    at += literal;
    if (at >= data.length) break;
    const offset = data[at]! + (data[at + 1] ?? 0) * 256;
    at += 2;
    end = appendCopy(output, end, offset, more(token & 15) + 4);
  }
  return end;
}

function outputOf(length: number): Buffer {
  if (length > largestOutput) throw new Error(`its compressed data claims to hold ${length} bytes`);
  return Buffer.alloc(length);
}

function appendLiteral(output: Buffer, end: number, data: Uint8Array, at: number, size: number): number {
  if (at + size > data.length || end + size > output.length) throw new Error("its compressed data is damaged");
  output.set(data.subarray(at, at + size), end);
  return end + size;
}

function appendCopy(output: Buffer, end: number, offset: number, size: number): number {
  if (offset === 0 || offset > end || end + size > output.length) throw new Error("its compressed data is damaged");
  // Source and target may overlap, which repeats a pattern.
  for (let index = 0; index < size; index++) output[end + index] = output[end + index - offset]!;
  return end + size;
}
