import type { AssetRow } from "./asset-rows.ts";
import { assetColumns, mapKeyId, mapValueId } from "./asset-columns.ts";

/** A map of a manifest's statistics, in Avro's form for maps with integer keys. */
export type FieldMap<V> = { key: number; value: V }[];

/** What a manifest tells of one file's columns. Bounds are Iceberg's single-value encoding. */
export interface Statistics {
  valueCounts: FieldMap<bigint>;
  nullCounts: FieldMap<bigint>;
  lower: FieldMap<Buffer>;
  upper: FieldMap<Buffer>;
}

/** Returns what a manifest tells of a data file's columns: counts, nulls and bounds. */
export function statisticsOf(rows: readonly AssetRow[]): Statistics {
  const result: Statistics = { valueCounts: [], nullCounts: [], lower: [], upper: [] };
  for (const { id, name, type } of assetColumns) {
    if (type === "map") continue;
    const values = rows.map((row) => row[name as keyof AssetRow]);
    const present = values.filter((value) => value !== null) as (string | bigint)[];
    result.valueCounts.push({ key: id, value: BigInt(values.length) });
    result.nullCounts.push({ key: id, value: BigInt(values.length - present.length) });
    const bounds = type === "timestamp" ? timestampBounds(present as bigint[]) : stringBounds(present as string[]);
    if (!bounds) continue;
    result.lower.push({ key: id, value: bounds.lower });
    if (bounds.upper) result.upper.push({ key: id, value: bounds.upper });
  }
  const pairs = rows.flatMap((row) => Object.values(row.extended_metadata ?? {}));
  // Parquet counts one level entry for a row whose map is null or empty; Iceberg's counts are of Parquet's values.
  const bare = BigInt(rows.filter((row) => Object.keys(row.extended_metadata ?? {}).length === 0).length);
  const nullValues = BigInt(pairs.filter((value) => value === null).length);
  result.valueCounts.push(
    { key: mapKeyId, value: BigInt(pairs.length) + bare },
    { key: mapValueId, value: BigInt(pairs.length) + bare },
  );
  result.nullCounts.push({ key: mapKeyId, value: bare }, { key: mapValueId, value: nullValues + bare });
  return result;
}

/** Encodes a long as Iceberg stores a timestamp bound: eight bytes, little endian. */
export function encodeLong(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

/** Encodes a number of 32 bits as Iceberg does in a bound. */
export function encodeInt(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function timestampBounds(values: bigint[]): { lower: Buffer; upper: Buffer } | undefined {
  let [lower] = values;
  if (lower === undefined) return undefined;
  let upper = lower;
  for (const value of values) {
    if (value < lower) lower = value;
    if (value > upper) upper = value;
  }
  return { lower: encodeLong(lower), upper: encodeLong(upper) };
}

/** Iceberg's default metrics mode, `truncate(16)`: the upper bound's last character moves up, so that it still bounds. */
function stringBounds(values: string[]): { lower: Buffer; upper?: Buffer } | undefined {
  const sorted = values.map((value) => Buffer.from(value)).toSorted(Buffer.compare);
  const lowest = sorted.at(0)?.toString();
  const highest = sorted.at(-1)?.toString();
  if (lowest === undefined || highest === undefined) return undefined;
  const lower = Buffer.from([...lowest].slice(0, 16).join(""));
  const characters = [...highest];
  if (characters.length <= 16) return { lower, upper: Buffer.from(highest) };
  const last = characters[15]?.codePointAt(0) ?? 0;
  // 0xd7ff is the last code point before the surrogates, which no string may end in.
  if (last >= 0xd7ff) return { lower };
  return { lower, upper: Buffer.from(characters.slice(0, 15).join("") + String.fromCodePoint(last + 1)) };
}
