import { inflate, unlz4, unsnappy, unzstd } from "./decompress.ts";
import type { ReadRange } from "./parquet-footer.ts";

/** Returns the number of rows that the tail of an ORC file tells: https://orc.apache.org/specification/ORCv1/#file-tail. */
export async function readOrcRows(read: ReadRange, size: number): Promise<bigint> {
  if (size < 16) throw new Error("it is no ORC file");
  const tail = await read(Math.max(0, size - 16_384), size);
  const end = tail.length - 1;
  const postscriptStart = end - tail[end]!;
  const postscript = fieldsOf(tail.subarray(Math.max(0, postscriptStart), end));
  if (postscript.get(8000)?.toString() !== "ORC") throw new Error("it is no ORC file");
  const footerLength = Number(postscript.get(1) ?? 0n);
  if (footerLength > size || footerLength > 2 ** 28) throw new Error("its ORC footer is damaged");
  const at = size - tail.length + postscriptStart - footerLength;
  const footer =
    footerLength <= postscriptStart
      ? tail.subarray(postscriptStart - footerLength, postscriptStart)
      : await read(at, at + footerLength);
  const blockBytes = Number(postscript.get(3) ?? 262_144n);
  const rows = fieldsOf(streamOf(footer, Number(postscript.get(2) ?? 0n), blockBytes)).get(6) ?? 0n;
  if (typeof rows !== "bigint") throw new Error("its ORC footer is damaged");
  return rows;
}

/** Undoes the compression of a stream, chunk by chunk. */
function streamOf(bytes: Buffer, compression: number, blockBytes: number): Buffer {
  if (compression === 0) return bytes;
  const chunks: Buffer[] = [];
  for (let at = 0; at + 3 <= bytes.length;) {
    const head = bytes.readUIntLE(at, 3);
    const chunk = bytes.subarray(at + 3, (at += 3 + (head >> 1)));
    chunks.push(head % 2 === 1 ? chunk : plainOf(chunk, compression, blockBytes));
  }
  return Buffer.concat(chunks);
}

function plainOf(chunk: Buffer, compression: number, blockBytes: number): Buffer {
  switch (compression) {
    case 1:
      return inflate(chunk);
    case 2:
      return unsnappy(chunk);
    case 4:
      return unlz4(chunk, blockBytes, "at most");
    case 5:
      return unzstd(chunk);
    default:
      throw new Error(`its ORC compression ${compression} is not known`);
  }
}

/** The last value of each field of a Protocol Buffers message: numbers as bigints, everything else as bytes. */
function fieldsOf(message: Buffer): Map<number, bigint | Buffer> {
  const fields = new Map<number, bigint | Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error("its ORC footer is damaged");
  };
  while (at < message.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    if (kind === 0) {
      fields.set(tag >> 3, varint());
      continue;
    }
    const length = kind === 1 ? 8 : kind === 5 ? 4 : kind === 2 ? Number(varint()) : -1;
    if (length < 0 || at + length > message.length) throw new Error("its ORC footer is damaged");
    fields.set(tag >> 3, message.subarray(at, (at += length)));
  }
  return fields;
}
