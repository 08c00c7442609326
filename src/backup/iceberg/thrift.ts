/**
 * Values of Thrift's compact protocol that are written as they were read, known here or not:
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
 */
export type ThriftValue =
  | { type: "boolean"; value: boolean }
  | { type: "byte"; value: number }
  | { type: "number"; width: 4 | 5 | 6; value: bigint }
  | { type: "double"; value: Buffer }
  | { type: "bytes"; value: Buffer }
  | { type: "list"; kind: 9 | 10; of: number; items: ThriftValue[] }
  | ThriftStruct;

/** A struct: its fields by their ids. */
export interface ThriftStruct {
  type: "struct";
  fields: Map<number, ThriftValue>;
}

/** Parquet's own structures have eight levels. */
const deepest = 32;

/** Reads a struct. */
export function parseThrift(bytes: Buffer): ThriftStruct {
  let at = 0;
  const damaged = () => new Error("its Parquet footer is damaged");
  const take = (length: number) => {
    if (!(length >= 0 && at + length <= bytes.length)) throw damaged();
    return bytes.subarray(at, (at += length));
  };
  const byte = () => take(1)[0]!;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const part = byte();
      value |= BigInt(part & 0x7f) << shift;
      if (part < 0x80) return value;
    }
    throw damaged();
  };
  const zigzag = () => {
    const value = varint();
    return (value >> 1n) ^ -(value & 1n);
  };
  const valueOf = (kind: number, depth: number): ThriftValue => {
    switch (kind) {
      case 1:
      case 2:
        return { type: "boolean", value: byte() === 1 };
      case 3:
        return { type: "byte", value: byte() };
      case 4:
      case 5:
      case 6:
        return { type: "number", width: kind, value: zigzag() };
      case 7:
        return { type: "double", value: take(8) };
      case 8:
        return { type: "bytes", value: take(Number(varint())) };
      case 9:
      case 10: {
        const head = byte();
        const size = head >> 4 === 15 ? Number(varint()) : head >> 4;
        if (size > bytes.length - at) throw damaged();
        const of = head & 15;
        return { type: "list", kind, of, items: Array.from({ length: size }, () => valueOf(of, depth)) };
      }
      case 12:
        return structAt(depth + 1);
      default:
        throw damaged();
    }
  };
  const structAt = (depth: number): ThriftStruct => {
    if (depth > deepest) throw damaged();
    const fields = new Map<number, ThriftValue>();
    for (let id = 0, head = byte(); head !== 0; head = byte()) {
      id = head >> 4 === 0 ? Number(zigzag()) : id + (head >> 4);
      const kind = head & 15;
      fields.set(id, kind === 1 || kind === 2 ? { type: "boolean", value: kind === 1 } : valueOf(kind, depth));
    }
    return { type: "struct", fields };
  };
  return structAt(0);
}

/** Writes a struct. */
export function printThrift(struct: ThriftStruct): Buffer {
  const parts: Buffer[] = [];
  const byte = (value: number) => parts.push(Buffer.from([value]));
  const varint = (value: bigint) => {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) byte(Number(rest & 0x7fn) | 0x80);
    byte(Number(rest));
  };
  const zigzag = (value: bigint) => varint((value << 1n) ^ (value >> 63n));
  const print = (value: ThriftValue): void => {
    switch (value.type) {
      case "boolean":
        return void byte(value.value ? 1 : 2);
      case "byte":
        return void byte(value.value);
      case "number":
        return zigzag(value.value);
      case "double":
        return void parts.push(value.value);
      case "bytes":
        varint(BigInt(value.value.length));
        return void parts.push(value.value);
      case "list":
        byte((Math.min(value.items.length, 15) << 4) | value.of);
        if (value.items.length >= 15) varint(BigInt(value.items.length));
        return value.items.forEach(print);
      case "struct":
        return printStruct(value);
    }
  };
  const printStruct = ({ fields }: ThriftStruct): void => {
    let last = 0;
    for (const [id, value] of [...fields].toSorted(([a], [b]) => a - b)) {
      const kind = kindOf(value);
      const step = id - last;
      byte(step <= 15 ? (step << 4) | kind : kind);
      if (step > 15) zigzag(BigInt(id));
      last = id;
      if (value.type !== "boolean") print(value);
    }
    byte(0);
  };
  printStruct(struct);
  return Buffer.concat(parts);
}

function kindOf(value: ThriftValue): number {
  switch (value.type) {
    case "boolean":
      return value.value ? 1 : 2;
    case "byte":
      return 3;
    case "number":
      return value.width;
    case "double":
      return 7;
    case "bytes":
      return 8;
    case "list":
      return value.kind;
    case "struct":
      return 12;
  }
}
