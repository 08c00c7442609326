import { openAvroContainer } from "./avro-file.ts";
import { readAvroColumns } from "./avro-columns.ts";
import { ExactNumber } from "./exact-json.ts";
import type { ExactJson, ExactObject } from "./exact-json.ts";
import type { NamedFile } from "./manifests.ts";
import { readOrcRows } from "./orc-tail.ts";
import { readParquetColumn } from "./parquet-column.ts";
import type { Cell } from "./parquet-encodings.ts";
import { readParquetFooter } from "./parquet-footer.ts";
import type { ReadRange } from "./parquet-footer.ts";

/**
 * Rows cannot be counted, for this reason. It says nothing against a copy: its bytes are equal all the same.
 */
export class NotCounted extends Error {}

/** Returns the rows of a data file by its own account. */
export async function rowsIn(format: string, read: ReadRange, size: number): Promise<bigint> {
  switch (format) {
    case "PARQUET":
      return (await readParquetFooter(read, size)).rows;
    case "ORC":
      return readOrcRows(read, size);
    case "AVRO":
      return BigInt(openAvroContainer(await read(0, size)).recordCount);
    default:
      throw new Error(`rows in ${format} are not counted`);
  }
}

/** A column that equality deletes speak of. */
export interface KeyField {
  id: bigint;
  /** Iceberg's name of a plain type, as `decimal(9, 2)`. */
  type: string;
  /** Whether a row that was written without it has another value than null. */
  hasDefault: boolean;
}

/** Returns a field of any of a table's schemas, at any depth; `undefined` where none has it. */
export function keyFieldOf(metadata: ExactObject, id: bigint): KeyField | undefined {
  const schemas = [metadata.get("schemas") ?? [], metadata.get("schema") ?? []].flat();
  const found = schemas.flatMap((schema) => fieldsIn(schema)).filter((field) => idOf(field) === id);
  const type = found.at(-1)?.get("type");
  if (typeof type !== "string") return undefined;
  return { id, type, hasDefault: found.some((field) => field.has("initial-default")) };
}

/** Reads the cells of these columns row by row, in one form for all file formats. */
export async function readKeyCells(file: NamedFile, fields: KeyField[], read: ReadRange): Promise<Cell[][]> {
  const size = Number(file.size);
  const rows =
    file.format === "AVRO" ? await avroRows(fields, await read(0, size)) : await parquetRows(file, fields, read);
  return rows.map((cells) => cells.map((cell, index) => plainCell(cell, fields[index]!)));
}

async function avroRows(fields: KeyField[], bytes: Buffer): Promise<Cell[][]> {
  const file = openAvroContainer(bytes);
  const rows = readAvroColumns(
    file,
    fields.map(({ id }) => id),
  );
  return rows.map((cells) =>
    cells.map((cell) => {
      if (Array.isArray(cell) || cell instanceof Map)
        throw new Error("an equality delete names a column that is not plain");
      return typeof cell === "string" ? Buffer.from(cell) : cell;
    }),
  );
}

async function parquetRows(file: NamedFile, fields: KeyField[], read: ReadRange): Promise<Cell[][]> {
  if (file.format !== "PARQUET") throw new NotCounted(`equality deletes on ${file.format} are not matched`);
  const footer = await readParquetFooter(read, Number(file.size));
  if (footer.columns.every(({ fieldId }) => fieldId === undefined)) throw new NotCounted("it has no field ids");
  const columns: (Cell[] | undefined)[] = [];
  for (const { id, hasDefault } of fields) {
    const column = footer.columns.find((each) => each.fieldId === id);
    if (!column && hasDefault) throw new NotCounted(`it was written before column ${id}, which has a default`);
    columns.push(column ? await readParquetColumn(read, footer, column) : undefined);
  }
  return Array.from({ length: Number(footer.rows) }, (_, row) => columns.map((cells) => cells?.[row] ?? null));
}

/** A decimal may be laid down as a number or as bytes of any length. */
function plainCell(cell: Cell, { type }: KeyField): Cell {
  if (!Buffer.isBuffer(cell)) return cell;
  if (type.startsWith("decimal")) {
    return cell.length === 0 ? 0n : BigInt.asIntN(cell.length * 8, BigInt(`0x${cell.toString("hex")}`));
  }
  if (type.startsWith("timestamp")) throw new NotCounted("it has timestamps of 96 bits");
  return cell;
}

function fieldsIn(type: ExactJson | undefined): ExactObject[] {
  if (!(type instanceof Map)) return [];
  const fields = type.get("fields");
  const fieldMaps = Array.isArray(fields) ? fields.filter((field) => field instanceof Map) : [];
  return [...fieldMaps, ...fieldMaps.flatMap((field) => fieldsIn(field.get("type")))];
}

function idOf(field: ExactObject): bigint | undefined {
  const id = field.get("id");
  return id instanceof ExactNumber ? id.integer() : undefined;
}
