import { openAvroContainer } from "./avro-file.ts";
import type { AvroValue } from "./avro-file.ts";
import { differencesOf } from "./difference.ts";
import { filePathId } from "./manifests.ts";
import { readParquetColumn } from "./parquet-column.ts";
import { readParquetFooter } from "./parquet-footer.ts";
import type { ParquetFooter, ReadRange } from "./parquet-footer.ts";

/** A position delete file: the paths and positions of its rows, and what else it says: https://iceberg.apache.org/spec/#position-delete-files. */
export interface PositionDeletes {
  rows: PositionDelete[];
  /** Schema and writer's properties. */
  form: Map<string, unknown>;
  /** What stands beside paths and positions, such as the deleted rows themselves, where that is laid out by columns; the order of rows counts then. */
  columns?: unknown[];
  /** Whether its statistics would make readers pass over rows that it deletes. */
  isSkipped: boolean;
}

interface PositionDelete {
  path: string;
  position: bigint;
  /** What stands beside them in the same row, as text. */
  rest?: string;
}

const positionId = 2147483545n;

/** Reads a position delete file. */
export async function readPositionDeleteFile(bytes: Buffer, format = "PARQUET"): Promise<PositionDeletes> {
  switch (format) {
    case "PARQUET":
      return readParquetDeletes(bytes);
    case "AVRO":
      return readAvroDeletes(bytes);
    default:
      throw new Error(`position deletes in ${format} are not read`);
  }
}

/** Finds how two position delete files differ: other rows, other columns, or statistics that would make readers skip rows. */
export function positionDeleteDifferences(
  source: PositionDeletes,
  copy: PositionDeletes,
  moved: (path: string) => string,
): string[] {
  const lines = (rows: PositionDelete[]) => {
    const all = rows.map(({ path, position, rest = "" }) => `${position} ${path} ${rest}`);
    return source.columns ? all : all.toSorted();
  };
  const wanted = lines(source.rows.map((row) => ({ ...row, path: moved(row.path) })));
  const found = lines(copy.rows);
  const problems: string[] = [];
  if (wanted.length !== found.length || wanted.some((line, index) => line !== found[index])) {
    problems.push(`it deletes other rows (${found.length}) than the source's (${wanted.length})`);
  }
  problems.push(...differencesOf(source.form, copy.form, "its form"));
  problems.push(...differencesOf(source.columns, copy.columns, "its other columns"));
  if (copy.isSkipped) problems.push("its statistics leave out rows that it deletes");
  return problems;
}

/** Returns what reads ranges of bytes that are in memory. */
export function rangesOf(bytes: Buffer): ReadRange {
  return (start, end) => Promise.resolve(bytes.subarray(start, end));
}

async function readParquetDeletes(bytes: Buffer): Promise<PositionDeletes> {
  const read = rangesOf(bytes);
  const footer = await readParquetFooter(read, bytes.length);
  const [paths, positions] = [columnOf(footer, filePathId, "file_path"), columnOf(footer, positionId, "pos")];
  const [pathCells, positionCells] = [
    await readParquetColumn(read, footer, paths),
    await readParquetColumn(read, footer, positions),
  ];
  const rows = pathCells.map((cell, index) => {
    const position = positionCells[index];
    if (!Buffer.isBuffer(cell) || typeof position !== "bigint") throw new Error(`its row ${index} names no position`);
    return { path: cell.toString(), position };
  });
  const [pathIndex, positionIndex] = [footer.columns.indexOf(paths), footer.columns.indexOf(positions)];
  const isSkipped = isSkippedBy(footer, rows, pathIndex, positionIndex);
  const properties = new Map([...footer.properties].filter(([key]) => /^(iceberg\.|delete-)/.test(key)));
  if (footer.columns.length === 2) {
    const columns = footer.columns.map(({ name, fieldId }) => `${name} ${fieldId ?? "without field id"}`);
    return { rows, form: new Map<string, unknown>([...properties, ["columns", columns]]), isSkipped };
  }
  const others = footer.groups.flatMap(({ chunks }) =>
    chunks.flatMap((chunk, index) =>
      index === pathIndex ? [] : [BigInt(chunk.codec), BigInt(chunk.values), bytes.subarray(chunk.start, chunk.end)],
    ),
  );
  return {
    rows,
    form: new Map<string, unknown>([...properties, ["schema", footer.schema]]),
    columns: others,
    isSkipped,
  };
}

/** Whether the statistics of a row group do not hold what is in it. */
function isSkippedBy(
  { groups }: ParquetFooter,
  rows: PositionDelete[],
  pathIndex: number,
  positionIndex: number,
): boolean {
  let first = 0;
  return groups.some(({ rows: count, chunks }) => {
    const group = rows.slice(first, (first += Number(count)));
    const [paths, positions] = [chunks[pathIndex], chunks[positionIndex]];
    return group.some(({ path, position }) => {
      const name = Buffer.from(path);
      return (
        (paths?.min && Buffer.compare(name, paths.min) < 0) ||
        (paths?.max && Buffer.compare(name.subarray(0, paths.max.length), paths.max) > 0) ||
        (positions?.min?.length === 8 && position < positions.min.readBigInt64LE()) ||
        (positions?.max?.length === 8 && position > positions.max.readBigInt64LE())
      );
    });
  });
}

function columnOf({ columns }: ParquetFooter, id: bigint, name: string) {
  const column = columns.find(({ fieldId }) => fieldId === id) ?? columns.find((each) => each.name === name);
  if (!column) throw new Error(`it has no column ${name}`);
  return column;
}

function readAvroDeletes(bytes: Buffer): PositionDeletes {
  const file = openAvroContainer(bytes);
  const rows = Array.from(file.records(), (record, index) => {
    const [path, position] = [record.get("file_path"), record.get("pos")];
    if (typeof path !== "string" || typeof position !== "bigint") throw new Error(`its row ${index} names no position`);
    const others = [...record].filter(([name]) => name !== "file_path" && name !== "pos");
    return { path, position, rest: textOf(new Map(others)) };
  });
  return { rows, form: new Map<string, unknown>(file.properties), isSkipped: false };
}

/** Different for different values. */
function textOf(value: AvroValue): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${textOf(each)}`).join()}}`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (Buffer.isBuffer(value)) return `0x${value.toString("hex")}`;
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}
