import { gunzip, unbrotli, unlz4, unsnappy, unzstd } from "./decompress.ts";
import { deltaBytes, deltaLengthBytes, deltaNumbers, hybridNumbers, plainValues } from "./parquet-encodings.ts";
import type { Cell } from "./parquet-encodings.ts";
import type { ParquetChunk, ParquetColumn, ParquetFooter, ReadRange } from "./parquet-footer.ts";
import { readThrift } from "./thrift.ts";
import type { ThriftStruct } from "./thrift.ts";

/** Reads all cells of a column that does not repeat, in the order of the rows. */
export async function readParquetColumn(
  read: ReadRange,
  footer: ParquetFooter,
  column: ParquetColumn,
): Promise<Cell[]> {
  if (column.isRepeated) throw new Error(`its column ${column.path.join(".")} repeats, which is not read`);
  const index = footer.columns.indexOf(column);
  const cells: Cell[] = [];
  for (const { chunks } of footer.groups) {
    const chunk = chunks[index];
    if (!chunk) throw new Error("its Parquet row groups have other columns than its schema");
    for (const cell of chunkCells(await read(chunk.start, chunk.end), chunk, column)) cells.push(cell);
  }
  if (BigInt(cells.length) !== footer.rows)
    throw new Error(`its column ${column.name} has ${cells.length} rows, not ${footer.rows}`);
  return cells;
}

function chunkCells(bytes: Buffer, chunk: ParquetChunk, column: ParquetColumn): Cell[] {
  const cells: Cell[] = [];
  let dictionary: Cell[] = [];
  for (let at = 0; cells.length < chunk.values;) {
    if (at >= bytes.length) throw new Error("its Parquet column ends too early");
    const { value: header, end } = readThrift(bytes, at);
    const body = bytes.subarray(end, (at = end + numberIn(header, 3)));
    const kind = numberIn(header, 1);
    const size = numberIn(header, 2);
    if (kind === 2) {
      const page = structIn(header, 7);
      dictionary = plainValues(decompressed(body, chunk.codec, size), numberIn(page, 1), column);
    } else if (kind === 0) {
      const page = structIn(header, 5);
      const plain = decompressed(body, chunk.codec, size);
      const hasLevels = column.maxDefinition > 0;
      const levels = hasLevels ? plain.subarray(4, 4 + plain.readUInt32LE(0)) : Buffer.alloc(0);
      const values = plain.subarray(hasLevels ? 4 + levels.length : 0);
      addCells(cells, { levels, values, count: numberIn(page, 1), encoding: numberIn(page, 2) }, column, dictionary);
    } else if (kind === 3) {
      const page = structIn(header, 8);
      const levelsEnd = numberIn(page, 6) + numberIn(page, 5);
      const levels = body.subarray(numberIn(page, 6), levelsEnd);
      const isCompressed = page.get(7) !== false;
      const rest = body.subarray(levelsEnd);
      const values = isCompressed ? decompressed(rest, chunk.codec, size - levelsEnd) : rest;
      addCells(cells, { levels, values, count: numberIn(page, 1), encoding: numberIn(page, 4) }, column, dictionary);
    }
  }
  return cells;
}

interface Page {
  levels: Buffer;
  values: Buffer;
  count: number;
  encoding: number;
}

function addCells(cells: Cell[], page: Page, column: ParquetColumn, dictionary: Cell[]): void {
  const { maxDefinition } = column;
  if (maxDefinition === 0) {
    for (const cell of cellsOf(page, page.count, column, dictionary)) cells.push(cell);
    return;
  }
  const levels = hybridNumbers(page.levels, 32 - Math.clz32(maxDefinition), page.count);
  const present = cellsOf(page, levels.filter((level) => level === maxDefinition).length, column, dictionary);
  let next = 0;
  for (const level of levels) cells.push(level === maxDefinition ? present[next++]! : null);
}

function cellsOf({ values, encoding }: Page, count: number, column: ParquetColumn, dictionary: Cell[]): Cell[] {
  if (count === 0) return [];
  const cells = decoded(values, encoding, count, column, dictionary);
  if (cells.length !== count) throw new Error("its Parquet page holds another number of values than it says");
  return cells;
}

function decoded(values: Buffer, encoding: number, count: number, column: ParquetColumn, dictionary: Cell[]): Cell[] {
  switch (encoding) {
    case 0:
      return plainValues(values, count, column);
    case 2:
    case 8:
      return hybridNumbers(values.subarray(1), values[0] ?? 255, count).map((index) => {
        const cell = dictionary[index];
        if (cell === undefined) throw new Error("its Parquet page names a value that its dictionary lacks");
        return cell;
      });
    case 3:
      return hybridNumbers(values.subarray(4), 1, count).map((bit) => bit === 1);
    case 5:
      return deltaNumbers(values).values;
    case 6:
      return deltaLengthBytes(values);
    case 7:
      return deltaBytes(values);
    default:
      throw new Error(`its Parquet encoding ${encoding} is not known`);
  }
}

function decompressed(body: Buffer, codec: number, size: number): Buffer {
  const plain = plainOf(body, codec, size);
  if (plain.length !== size) throw new Error("its Parquet page has another size than it says");
  return plain;
}

function plainOf(body: Buffer, codec: number, size: number): Buffer {
  if (size === 0) return Buffer.alloc(0);
  switch (codec) {
    case 0:
      return body;
    case 1:
      return unsnappy(body);
    case 2:
      return gunzip(body);
    case 4:
      return unbrotli(body);
    case 6:
      return unzstd(body);
    case 7:
      return unlz4(body, size);
    default:
      throw new Error(`its Parquet compression ${codec} is not known`);
  }
}

function numberIn(struct: ThriftStruct, id: number): number {
  const value = struct.get(id);
  if (typeof value !== "bigint" || value < 0n) throw new Error("its Parquet page is damaged");
  return Number(value);
}

function structIn(struct: ThriftStruct, id: number): ThriftStruct {
  const value = struct.get(id);
  if (!(value instanceof Map)) throw new Error("its Parquet page is damaged");
  return value;
}
