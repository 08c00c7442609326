import { crc32 } from "node:zlib";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";

/** A Parquet file of these columns. */
export async function parquet(columns: [SchemaElement, unknown[]][]): Promise<Buffer> {
  const writer = new ByteWriter();
  await parquetWrite({
    writer,
    schema: [{ name: "table", num_children: columns.length }, ...columns.map(([element]) => element)],
    columnData: columns.map(([element, data]) => ({ name: element.name, data })),
  });
  return Buffer.from(writer.getBytes());
}

/** A deletion vector of positions below 65,536, as one Roaring array container. */
export function vectorOf(positions: number[]): Buffer {
  const sorted = positions.toSorted((a, b) => a - b);
  const bitmap = Buffer.alloc(16 + sorted.length * 2);
  bitmap.writeUInt32LE(12346, 0);
  bitmap.writeUInt32LE(1, 4);
  bitmap.writeUInt16LE(0, 8);
  bitmap.writeUInt16LE(sorted.length - 1, 10);
  bitmap.writeUInt32LE(16, 12);
  sorted.forEach((position, index) => bitmap.writeUInt16LE(position, 16 + index * 2));
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(1n, 0);
  const vector = Buffer.concat([Buffer.from([0xd1, 0xd3, 0x39, 0x64]), head, bitmap]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(vector.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(vector));
  return Buffer.concat([length, vector, sum]);
}
