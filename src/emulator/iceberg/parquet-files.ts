import { ByteWriter, parquetWrite } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";
import type { AssetRow } from "./asset-rows.ts";
import { assetColumns, mapKeyId, mapValueId } from "./asset-columns.ts";

/** Reserved field ids of position delete files (Iceberg specification, "Position Delete Files"). */
export const deletePathId = 2147483546;
const deletePositionId = 2147483545;

/** Returns a data file: each column carries its Iceberg field id, timestamps are microseconds without a zone. */
export function dataFile(rows: readonly AssetRow[]): Buffer {
  return parquet(
    assetColumns.map(({ name }) => ({ name, data: rows.map((row) => row[name as keyof AssetRow]) })),
    [{ name: "table", num_children: assetColumns.length }, ...assetColumns.flatMap(elements)],
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
      { name: "file_path", ...stringType, repetition_type: "REQUIRED", field_id: deletePathId },
      { name: "pos", type: "INT64", repetition_type: "REQUIRED", field_id: deletePositionId },
    ],
  );
}

const stringType = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

function elements({ id, name, type }: (typeof assetColumns)[number]): SchemaElement[] {
  if (type === "string") return [{ name, ...stringType, repetition_type: "OPTIONAL", field_id: id }];
  if (type === "timestamp") {
    const logical_type = { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } as const;
    return [{ name, type: "INT64", logical_type, repetition_type: "OPTIONAL", field_id: id }];
  }
  return [
    { name, converted_type: "MAP", num_children: 1, repetition_type: "OPTIONAL", field_id: id },
    { name: "key_value", num_children: 2, repetition_type: "REPEATED" },
    { name: "key", ...stringType, repetition_type: "REQUIRED", field_id: mapKeyId },
    { name: "value", ...stringType, repetition_type: "OPTIONAL", field_id: mapValueId },
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
