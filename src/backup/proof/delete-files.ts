import { differencesOf } from "./difference.ts";
import { filePathId } from "./manifests.ts";
import { readParquetColumn } from "./parquet-column.ts";
import { readParquetFooter } from "./parquet-footer.ts";
import type { ParquetFooter, ReadRange } from "./parquet-footer.ts";

/** A position delete file: the paths and positions of its rows: https://iceberg.apache.org/spec/#position-delete-files. */
export interface PositionDeletes {
  rows: { path: string; position: bigint }[];
  footer: ParquetFooter;
}

const positionId = 2147483545n;

export async function readPositionDeleteFile(bytes: Buffer): Promise<PositionDeletes> {
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
  return { rows, footer };
}

/** Differences of two position delete files: other rows in any order, other columns, or statistics that would make readers skip rows. */
export function positionDeleteDifferences(
  source: PositionDeletes,
  copy: PositionDeletes,
  moved: (path: string) => string,
): string[] {
  const lines = (rows: PositionDeletes["rows"]) => rows.map(({ path, position }) => `${position} ${path}`).toSorted();
  const wanted = lines(source.rows.map((row) => ({ ...row, path: moved(row.path) })));
  const found = lines(copy.rows);
  const problems: string[] = [];
  if (wanted.length !== found.length || wanted.some((line, index) => line !== found[index])) {
    problems.push(`it deletes other rows (${found.length}) than the source's (${wanted.length})`);
  }
  const columns = copy.footer.columns.map(({ name, fieldId }) => `${name} ${fieldId ?? "without field id"}`);
  problems.push(...differencesOf([`file_path ${filePathId}`, `pos ${positionId}`], columns, "its columns"));
  const own = (footer: ParquetFooter) =>
    new Map([...footer.properties].filter(([key]) => /^(iceberg\.|delete-)/.test(key)));
  problems.push(...differencesOf(own(source.footer), own(copy.footer), "its properties"));
  if (isSkipped(copy)) problems.push("its statistics leave out rows that it deletes");
  return problems;
}

export function rangesOf(bytes: Buffer): ReadRange {
  return (start, end) => Promise.resolve(bytes.subarray(start, end));
}

/** Whether the statistics of a row group do not hold what is in it. */
function isSkipped({ rows, footer }: PositionDeletes): boolean {
  let first = 0;
  return footer.groups.some(({ rows: count, chunks }) => {
    const group = rows.slice(first, (first += Number(count)));
    const [paths, positions] = [chunks[0], chunks[1]];
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
