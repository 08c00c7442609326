import type { ParquetColumn } from "./parquet-footer.ts";

/** A cell: whole numbers are bigints, text is bytes, and what is missing is null. */
export type Cell = bigint | number | boolean | Buffer | null;

const damaged = () => new Error("its Parquet data is damaged");

/** Decodes PLAIN: values laid one after the other. */
export function plainValues(bytes: Buffer, count: number, { type, typeLength }: ParquetColumn): Cell[] {
  let at = 0;
  const take = (length: number) => {
    if (!(length >= 0 && at + length <= bytes.length)) throw damaged();
    at += length;
    return at - length;
  };
  return Array.from({ length: bounded(count, bytes.length * 8) }, (_, index): Cell => {
    switch (type) {
      case 0:
        return ((bytes[index >> 3] ?? 0) >> (index & 7)) % 2 === 1;
      case 1:
        return BigInt(bytes.readInt32LE(take(4)));
      case 2:
        return bytes.readBigInt64LE(take(8));
      case 3:
        return bytes.subarray(take(12), at);
      case 4:
        return bytes.readFloatLE(take(4));
      case 5:
        return bytes.readDoubleLE(take(8));
      case 6: {
        const length = bytes.readUInt32LE(take(4));
        return bytes.subarray(take(length), at);
      }
      case 7:
        return bytes.subarray(take(typeLength), at);
      default:
        throw damaged();
    }
  });
}

/** Runs and bit-packed groups of small numbers: https://parquet.apache.org/docs/file-format/data-pages/encodings/. */
export function hybridNumbers(bytes: Buffer, width: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  if (width > 32) throw damaged();
  while (values.length < count) {
    const head = varint(bytes, at);
    at = head.end;
    const run = Number(head.value >> 1n);
    if (head.value % 2n === 0n) {
      const size = Math.ceil(width / 8);
      if (at + size > bytes.length || run === 0) throw damaged();
      const value = size === 0 ? 0 : bytes.readUIntLE(at, size);
      at += size;
      for (let index = Math.min(run, count - values.length); index > 0; index--) values.push(value);
    } else {
      const length = run * width;
      if (at >= bytes.length && length > 0) throw damaged();
      // The last group may be cut short.
      const wanted = Math.min(run * 8, count - values.length);
      if (at + Math.ceil((wanted * width) / 8) > bytes.length || run === 0) throw damaged();
      for (let index = 0; index < wanted; index++) values.push(Number(bits(bytes, at, index * width, width)));
      at += length;
    }
  }
  return values;
}

/** Decodes DELTA_BINARY_PACKED, and tells where it ends, since lengths are followed by what they measure. */
export function deltaNumbers(bytes: Buffer, start = 0): { values: bigint[]; end: number } {
  let at = start;
  const next = () => {
    const { value, end } = varint(bytes, at);
    at = end;
    return value;
  };
  const signed = () => {
    const value = next();
    return (value >> 1n) ^ -(value & 1n);
  };
  const blockSize = Number(next());
  const miniblocks = Number(next());
  const total = bounded(Number(next()), bytes.length * 2 ** 17);
  const perMiniblock = blockSize / miniblocks;
  if (!(perMiniblock > 0 && perMiniblock % 8 === 0 && blockSize <= 2 ** 17)) throw damaged();
  let last = signed();
  const values = total > 0 ? [last] : [];
  while (values.length < total) {
    const least = signed();
    const widths = bytes.subarray(at, (at += miniblocks));
    for (let index = 0; index < miniblocks && values.length < total; index++) {
      const width = widths[index];
      if (width === undefined || width > 64) throw damaged();
      if (at + (perMiniblock * width) / 8 > bytes.length) throw damaged();
      for (let item = 0; item < perMiniblock && values.length < total; item++) {
        last = BigInt.asIntN(64, last + least + bits(bytes, at, item * width, width));
        values.push(last);
      }
      at += (perMiniblock * width) / 8;
    }
  }
  return { values, end: at };
}

/** Decodes DELTA_LENGTH_BYTE_ARRAY: the lengths, then all bytes. */
export function deltaLengthBytes(bytes: Buffer, start = 0): Buffer[] {
  const { values, end } = deltaNumbers(bytes, start);
  let at = end;
  return values.map((length) => {
    const size = Number(length);
    if (size < 0 || at + size > bytes.length) throw damaged();
    at += size;
    return bytes.subarray(at - size, at);
  });
}

/** Decodes DELTA_BYTE_ARRAY: how much of the last text each shares, and what follows. */
export function deltaBytes(bytes: Buffer): Buffer[] {
  const { values: prefixes, end } = deltaNumbers(bytes);
  const rest = deltaLengthBytes(bytes, end);
  let last: Buffer = Buffer.alloc(0);
  return rest.map((suffix, index) => {
    const shared = Number(prefixes[index] ?? -1n);
    if (shared < 0 || shared > last.length) throw damaged();
    last = Buffer.concat([last.subarray(0, shared), suffix]);
    return last;
  });
}

function bits(bytes: Buffer, start: number, offset: number, width: number): bigint {
  let value = 0n;
  const first = start + (offset >> 3);
  const shift = offset & 7;
  const length = Math.ceil((shift + width) / 8);
  for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[first + index] ?? 0);
  return (value >> BigInt(shift)) & ((1n << BigInt(width)) - 1n);
}

function varint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let at = start, shift = 0n; shift < 70n; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw damaged();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw damaged();
}

function bounded(count: number, most: number): number {
  if (!(count >= 0 && count <= most)) throw damaged();
  return count;
}
