import { readThrift } from "./thrift.ts";
import type { ThriftStruct } from "./thrift.ts";

/** Reads `[start, end)` of a file. */
export type ReadRange = (start: number, end: number) => Promise<Buffer>;

/** What a Parquet file says of itself: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift. */
export interface ParquetFooter {
  rows: bigint;
  /** The elements of the schema as they stand. */
  schema: ThriftStruct[];
  columns: ParquetColumn[];
  groups: { rows: bigint; chunks: ParquetChunk[] }[];
  /** The writer's own properties. */
  properties: Map<string, string>;
}

/** A leaf of the schema. */
export interface ParquetColumn {
  name: string;
  /** From the root, for a leaf in a struct. */
  path: string[];
  /** Iceberg's. */
  fieldId?: bigint;
  /** Parquet's physical type. */
  type: number;
  typeLength: number;
  /** Levels of optional parents and itself. */
  maxDefinition: number;
  /** Whether it or a parent repeats. */
  isRepeated: boolean;
}

/** The part of a column that is in one row group, with its statistics. */
export interface ParquetChunk {
  codec: number;
  values: number;
  /** In the file. */
  start: number;
  end: number;
  min?: Buffer;
  max?: Buffer;
}

/** Reads the footer at the end of a file of `size` bytes. */
export async function readParquetFooter(read: ReadRange, size: number): Promise<ParquetFooter> {
  if (size < 12) throw new Error("it is no Parquet file");
  const tail = await read(Math.max(0, size - 65_536), size);
  if (tail.toString("latin1", tail.length - 4) !== "PAR1") throw new Error("it is no Parquet file");
  const length = tail.readUInt32LE(tail.length - 8);
  if (length > size - 12 || length > 2 ** 28) throw new Error("its Parquet footer is damaged");
  const footer =
    length + 8 <= tail.length
      ? tail.subarray(tail.length - 8 - length, tail.length - 8)
      : await read(size - 8 - length, size - 8);
  const { value } = readThrift(footer);
  return {
    rows: numberOf(value, 3),
    schema: listOf(value, 2),
    columns: leavesOf(listOf(value, 2)),
    groups: listOf(value, 4).map((group) => ({
      rows: numberOf(group, 3),
      chunks: listOf(group, 1).map((chunk) => chunkOf(structOf(chunk, 3))),
    })),
    properties: new Map(
      listOf(value, 5).map((pair) => [textOf(pair, 1), Buffer.isBuffer(pair.get(2)) ? textOf(pair, 2) : ""]),
    ),
  };
}

function leavesOf(elements: ThriftStruct[]): ParquetColumn[] {
  const leaves: ParquetColumn[] = [];
  let next = 1;
  const descend = (children: number, path: string[], maxDefinition: number, isRepeated: boolean) => {
    for (let child = 0; child < children; child++) {
      const element = elements[next++];
      if (!element || path.length > 64) throw new Error("its Parquet schema is damaged");
      const name = textOf(element, 4);
      const repetition = Number(element.get(3) ?? 0n);
      const definition = maxDefinition + (repetition === 0 ? 0 : 1);
      const repeats = isRepeated || repetition === 2;
      const elementPath = [...path, name];
      const childCount = Number(element.get(5) ?? 0n);
      if (childCount > 0) descend(childCount, elementPath, definition, repeats);
      else {
        const fieldId = element.get(9);
        leaves.push({
          name,
          path: elementPath,
          ...(typeof fieldId === "bigint" && { fieldId }),
          type: Number(numberOf(element, 1)),
          typeLength: Number(element.get(2) ?? 0n),
          maxDefinition: definition,
          isRepeated: repeats,
        });
      }
    }
  };
  descend(Number(elements[0]?.get(5) ?? 0n), [], 0, false);
  return leaves;
}

function chunkOf(metadata: ThriftStruct): ParquetChunk {
  const data = Number(numberOf(metadata, 9));
  const dictionary = Number(metadata.get(11) ?? 0n);
  const start = dictionary > 0 ? Math.min(dictionary, data) : data;
  const statistics = metadata.get(12) instanceof Map ? structOf(metadata, 12) : (new Map() as ThriftStruct);
  const bound = (id: number) => {
    const value = statistics.get(id);
    return Buffer.isBuffer(value) ? value : undefined;
  };
  return {
    codec: Number(numberOf(metadata, 4)),
    values: Number(numberOf(metadata, 5)),
    start,
    end: start + Number(numberOf(metadata, 7)),
    min: bound(6),
    max: bound(5),
  };
}

function listOf(struct: ThriftStruct, id: number): ThriftStruct[] {
  const list = struct.get(id) ?? [];
  if (!Array.isArray(list) || !list.every((item) => item instanceof Map))
    throw new Error("its Parquet footer is damaged");
  return list;
}

function structOf(struct: ThriftStruct, id: number): ThriftStruct {
  const value = struct.get(id);
  if (!(value instanceof Map)) throw new Error("its Parquet footer is damaged");
  return value;
}

function numberOf(struct: ThriftStruct, id: number): bigint {
  const value = struct.get(id);
  if (typeof value !== "bigint") throw new Error("its Parquet footer is damaged");
  return value;
}

function textOf(struct: ThriftStruct, id: number): string {
  const value = struct.get(id);
  if (!Buffer.isBuffer(value)) throw new Error("its Parquet footer is damaged");
  return value.toString();
}
