/** A value of Thrift's compact protocol; a struct is a map by field id. */
export type ThriftValue = boolean | bigint | number | Buffer | ThriftValue[] | ThriftStruct;
/** The fields of a struct by their ids. */
export type ThriftStruct = Map<number, ThriftValue>;

/** Parquet's own structures have eight levels. */
const deepest = 32;

/** Reads one struct and tells where it ends: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md. */
export function readThrift(bytes: Buffer, start = 0): { value: ThriftStruct; end: number } {
  const reader = new ThriftReader(bytes, start);
  const value = reader.struct(0);
  return { value, end: reader.at };
}

class ThriftReader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  struct(depth: number): ThriftStruct {
    if (depth > deepest) throw new Error("its Parquet footer is damaged");
    const members: ThriftStruct = new Map();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return members;
      const type = head & 15;
      id = head >> 4 === 0 ? Number(this.#zigzag()) : id + (head >> 4);
      members.set(id, type === 1 || type === 2 ? type === 1 : this.#value(type, depth + 1));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        return this.#take(8).readDoubleLE();
      case 8:
        return this.#take(Number(this.#varint()));
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth);
      default:
        throw new Error("its Parquet footer is damaged");
    }
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    if (size > this.#bytes.length - this.at) throw new Error("its Parquet footer is damaged");
    return Array.from({ length: size }, () => this.#value(head & 15, depth));
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error("its Parquet footer is damaged");
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Buffer {
    if (!(length <= this.#bytes.length - this.at)) throw new Error("its Parquet footer ends too early");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}
