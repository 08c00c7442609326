import { ByteWriter, parquetWrite } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";
import type { AssetRow } from "./asset-rows.ts";
import { ASSET_COLUMNS, MAP_KEY_ID, MAP_VALUE_ID } from "./asset-columns.ts";

/** Reserved field ids of position delete files (Iceberg specification, "Position Delete Files"). */
export const DELETE_PATH_ID = 2147483546;
const DELETE_POSITION_ID = 2147483545;

/** Returns a data file: each column carries its Iceberg field id, timestamps are microseconds without a zone. */
export function dataFile(rows: readonly AssetRow[]): Buffer {
  return parquet(
    ASSET_COLUMNS.map(({ name }) => ({ name, data: rows.map((row) => row[name as keyof AssetRow]) })),
    [{ name: "table", num_children: ASSET_COLUMNS.length }, ...ASSET_COLUMNS.flatMap(elements)],
  );
}

/** Returns a position delete file; the specification wants its rows sorted by path, then position. */
export function positionDeleteFile(path: string, positions: readonly number[]): Buffer {
  return parquet(
    [
      { name: "file_path", data: positions.map(() => path) },
      { name: "pos", data: positions.map(BigInt) },
    ],
    [
      { name: "table", num_children: 2 },
      { name: "file_path", ...STRING, repetition_type: "REQUIRED", field_id: DELETE_PATH_ID },
      { name: "pos", type: "INT64", repetition_type: "REQUIRED", field_id: DELETE_POSITION_ID },
    ],
  );
}

const STRING = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

function elements({ id, name, type }: (typeof ASSET_COLUMNS)[number]): SchemaElement[] {
  if (type === "string") return [{ name, ...STRING, repetition_type: "OPTIONAL", field_id: id }];
  if (type === "timestamp") {
    const logical_type = { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } as const;
    return [{ name, type: "INT64", logical_type, repetition_type: "OPTIONAL", field_id: id }];
  }
  return [
    { name, converted_type: "MAP", num_children: 1, repetition_type: "OPTIONAL", field_id: id },
    { name: "key_value", num_children: 2, repetition_type: "REPEATED" },
    { name: "key", ...STRING, repetition_type: "REQUIRED", field_id: MAP_KEY_ID },
    { name: "value", ...STRING, repetition_type: "OPTIONAL", field_id: MAP_VALUE_ID },
  ];
}

function parquet(columnData: { name: string; data: unknown[] }[], schema: SchemaElement[]): Buffer {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    // The writer declares its columns' arrays as `any[]`-like unions that no generic row satisfies.
    columnData: columnData as Parameters<typeof parquetWrite>[0]["columnData"],
    schema,
    // A truncated path bound would make a reader that prunes delete files by it miss deletes.
    statisticsTruncateLength: Number.POSITIVE_INFINITY,
    createdBy: "sluice emulator",
  });
  return Buffer.from(writer.getBytes());
}
