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

/**
 * A deletion vector of these positions: per 65,536 rows an array of up to 4,096, else a bitset, or, where it says so, runs.
 * https://github.com/RoaringBitmap/RoaringFormatSpec
 */
export function vectorOf(positions: number[], { runs = false } = {}): Buffer {
  const sorted = [...new Set(positions)].toSorted((a, b) => a - b);
  const bitmaps = [...Map.groupBy(sorted, (position) => Math.floor(position / 2 ** 32))];
  const vector = Buffer.concat([
    Buffer.from([0xd1, 0xd3, 0x39, 0x64]),
    littleEndian(8, bitmaps.length),
    ...bitmaps.flatMap(([high, members]) => [littleEndian(4, high), bitmapOf(members, runs)]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(vector.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(vector));
  return Buffer.concat([length, vector, sum]);
}

function bitmapOf(members: number[], runs: boolean): Buffer {
  const groups = [...Map.groupBy(members, (member) => Math.floor((member % 2 ** 32) / 2 ** 16))];
  const containers = groups.map(([, of]) =>
    containerOf(
      of.map((member) => member % 2 ** 16),
      runs,
    ),
  );
  const descriptions = groups.flatMap(([key, of]) => [littleEndian(2, key), littleEndian(2, of.length - 1)]);
  const head = runs
    ? [littleEndian(2, 12347), littleEndian(2, groups.length - 1), Buffer.alloc(Math.ceil(groups.length / 8), 0xff)]
    : [littleEndian(4, 12346), littleEndian(4, groups.length)];
  const withOffsets = !runs || groups.length >= 4;
  let offset = Buffer.concat([...head, ...descriptions]).length + (withOffsets ? groups.length * 4 : 0);
  const offsets = containers.map(({ length }) => {
    const own = littleEndian(4, offset);
    offset += length;
    return own;
  });
  return Buffer.concat([...head, ...descriptions, ...(withOffsets ? offsets : []), ...containers]);
}

function containerOf(lows: number[], runs: boolean): Buffer {
  if (runs) {
    const firsts = lows.filter((low) => !lows.includes(low - 1));
    const lasts = lows.filter((low) => !lows.includes(low + 1));
    const pairs = firsts.flatMap((first, index) => [littleEndian(2, first), littleEndian(2, lasts[index]! - first)]);
    return Buffer.concat([littleEndian(2, firsts.length), ...pairs]);
  }
  if (lows.length <= 4096) return Buffer.concat(lows.map((low) => littleEndian(2, low)));
  const bits = Buffer.alloc(2 ** 16 / 8);
  for (const low of lows) bits[Math.floor(low / 8)]! |= 1 << (low % 8);
  return bits;
}

function littleEndian(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, Math.min(bytes, 6));
  return buffer;
}
