import { parseThrift, printThrift } from "./thrift.ts";
import type { ThriftStruct, ThriftValue } from "./thrift.ts";

/**
 * Returns the Parquet file with other values in one required or filled column of text, and every other column byte by byte as it was, nested
 * ones too. Indexes and Bloom filters, which are optional, are left out; they would name other offsets.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function replaceTextColumn(bytes: Buffer, name: string, values: string[]): Buffer {
  const length = bytes.readUInt32LE(bytes.length - 8);
  const footer = parseThrift(bytes.subarray(bytes.length - 8 - length, bytes.length - 8));
  const pieces: Buffer[] = [bytes.subarray(0, 4)];
  let at = 4;
  let row = 0;
  for (const group of structsIn(footer, 4)) {
    const rows = Number(numberIn(group, 3));
    const groupValues = values.slice(row, (row += rows));
    let [plainBytes, storedBytes, first] = [0n, 0n, at];
    for (const chunk of structsIn(group, 1)) {
      const meta = structIn(chunk, 3);
      const [start, end] = extentOf(meta);
      const isPathColumn = textsIn(meta, 3).join(".") === name;
      const piece = isPathColumn ? pageOf(groupValues, isOptional(footer, name)) : bytes.subarray(start, end);
      if (isPathColumn) describe(meta, groupValues, piece.length, at);
      else moveBy(meta, at - start);
      for (const id of [4, 5, 6, 7]) chunk.fields.delete(id);
      for (const id of [14, 15]) meta.fields.delete(id);
      chunk.fields.set(2, number(6, BigInt(at)));
      plainBytes += numberIn(meta, 6);
      storedBytes += numberIn(meta, 7);
      pieces.push(piece);
      at += piece.length;
    }
    group.fields.set(2, number(6, plainBytes));
    if (group.fields.has(5)) group.fields.set(5, number(6, BigInt(first)));
    if (group.fields.has(6)) group.fields.set(6, number(6, storedBytes));
  }
  const printed = printThrift(footer);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(printed.length);
  tail.write("PAR1", 4, "latin1");
  return Buffer.concat([...pieces, printed, tail]);
}

/** One page, plain and not compressed. */
function pageOf(values: string[], optional: boolean): Buffer {
  const plain = values.flatMap((value) => {
    const text = Buffer.from(value);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(text.length);
    return [size, text];
  });
  const body = Buffer.concat([...(optional ? [presentLevels(values.length)] : []), ...plain]);
  const about = struct([
    [1, number(5, BigInt(values.length))],
    [2, number(5, 0n)],
    [3, number(5, 3n)],
    [4, number(5, 3n)],
  ]);
  const size = number(5, BigInt(body.length));
  const header = struct([
    [1, number(5, 0n)],
    [2, size],
    [3, size],
    [5, about],
  ]);
  return Buffer.concat([printThrift(header), body]);
}

/** Definition levels of values that are all there, as one run. */
function presentLevels(count: number): Buffer {
  const run: number[] = [];
  let rest = count * 2;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) run.push((rest % 128) + 128);
  const levels = Buffer.from([...run, rest, 1]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(levels.length);
  return Buffer.concat([size, levels]);
}

function describe(meta: ThriftStruct, values: string[], size: number, at: number): void {
  const sorted = values.map((value) => Buffer.from(value)).toSorted((a, b) => Buffer.compare(a, b));
  const [least, greatest] = [sorted[0], sorted.at(-1)];
  meta.fields.set(2, { type: "list", kind: 9, of: 5, items: [number(5, 0n), number(5, 3n)] });
  meta.fields.set(4, number(5, 0n));
  meta.fields.set(6, number(6, BigInt(size)));
  meta.fields.set(7, number(6, BigInt(size)));
  meta.fields.set(9, number(6, BigInt(at)));
  for (const id of [10, 11, 12, 13, 16]) meta.fields.delete(id);
  if (least && greatest) {
    const bounds: [number, ThriftValue][] = [
      [3, number(6, 0n)],
      [5, { type: "bytes", value: greatest }],
      [6, { type: "bytes", value: least }],
    ];
    meta.fields.set(12, struct(bounds));
  }
}

function moveBy(meta: ThriftStruct, offset: number): void {
  for (const id of [9, 10, 11]) {
    if (meta.fields.has(id)) meta.fields.set(id, number(6, numberIn(meta, id) + BigInt(offset)));
  }
}

function extentOf(meta: ThriftStruct): [start: number, end: number] {
  const data = Number(numberIn(meta, 9));
  const dictionary = meta.fields.has(11) ? Number(numberIn(meta, 11)) : 0;
  const start = dictionary > 0 ? Math.min(dictionary, data) : data;
  return [start, start + Number(numberIn(meta, 7))];
}

function isOptional(footer: ThriftStruct, name: string): boolean {
  const element = structsIn(footer, 2).find((each) => textIn(each, 4) === name);
  const repetition = element?.fields.get(3);
  return repetition?.type === "number" && repetition.value !== 0n;
}

const damaged = () => new Error("its Parquet footer is damaged");

function struct(fields: [number, ThriftValue][]): ThriftStruct {
  return { type: "struct", fields: new Map(fields) };
}

function number(width: 5 | 6, value: bigint): ThriftValue {
  return { type: "number", width, value };
}

function numberIn({ fields }: ThriftStruct, id: number): bigint {
  const value = fields.get(id);
  if (value?.type !== "number") throw damaged();
  return value.value;
}

function structIn({ fields }: ThriftStruct, id: number): ThriftStruct {
  const value = fields.get(id);
  if (value?.type !== "struct") throw damaged();
  return value;
}

function structsIn({ fields }: ThriftStruct, id: number): ThriftStruct[] {
  const value = fields.get(id);
  if (value?.type !== "list") throw damaged();
  return value.items.map((item) => {
    if (item.type !== "struct") throw damaged();
    return item;
  });
}

function textsIn({ fields }: ThriftStruct, id: number): string[] {
  const value = fields.get(id);
  if (value?.type !== "list") throw damaged();
  return value.items.map((item) => (item.type === "bytes" ? item.value.toString() : ""));
}

function textIn({ fields }: ThriftStruct, id: number): string {
  const value = fields.get(id);
  return value?.type === "bytes" ? value.value.toString() : "";
}
