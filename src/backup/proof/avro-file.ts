import { crc32 } from "node:zlib";
import { avroTypeOf } from "./avro-schema.ts";
import type { AvroType } from "./avro-schema.ts";
import { inflate, unsnappy, unzstd } from "./decompress.ts";
import { readExactJson } from "./exact-json.ts";

/** A value: whole numbers are bigints, bytes are buffers, records and maps are maps. */
export type AvroValue = null | boolean | bigint | number | string | Buffer | AvroValue[] | AvroMap;
/** A record by the names of its fields, or a map by its keys. */
export type AvroMap = Map<string, AvroValue>;

/** An Avro object container file, read whole or not at all: https://avro.apache.org/docs/1.12.0/specification/#object-container-files. */
export interface AvroContainer {
  /** What its writer says of it, the schema's text included. */
  properties: Map<string, string>;
  type: AvroType;
  /** Of all blocks. */
  recordCount: number;
  records(): Generator<AvroMap>;
}

const decompressors: Record<string, (data: Buffer) => Buffer> = {
  null: (data) => data,
  deflate: inflate,
  zstandard: unzstd,
  snappy(data) {
    const plain = unsnappy(data.subarray(0, -4));
    if (data.length < 5 || crc32(plain) !== data.readUInt32BE(data.length - 4))
      throw new Error("its Avro data is damaged");
    return plain;
  },
};

/**
 * Reads the header of an Avro file and finds its blocks; the records are read when they are asked for.
 * @throws for what is no whole Avro file, and for a codec that is not known
 */
export function openAvroContainer(input: Uint8Array): AvroContainer {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const cursor = new Cursor(bytes);
  if (cursor.take(4).toString("latin1") !== "Obj\x01") throw new Error("it is no Avro object container file");
  const header = cursor.read({ kind: "map", items: { kind: "bytes" } }) as Map<string, Buffer>;
  const properties = new Map([...header].map(([name, value]) => [name, value.toString("latin1")]));
  const schema = header.get("avro.schema");
  if (!schema) throw new Error("it has no Avro schema");
  const type = avroTypeOf(readExactJson(schema.toString()));
  const codec = properties.get("avro.codec") ?? "null";
  const decompress = Object.hasOwn(decompressors, codec) ? decompressors[codec]! : undefined;
  if (!decompress) throw new Error(`its Avro codec "${codec}" is not known`);
  const sync = cursor.take(16);
  const blocks: { data: Buffer; count: number }[] = [];
  while (cursor.left > 0) {
    const count = cursor.count();
    const data = cursor.take(cursor.count());
    if (!cursor.take(16).equals(sync)) throw new Error("its Avro blocks are damaged");
    blocks.push({ data, count });
  }
  return {
    properties,
    type,
    recordCount: blocks.reduce((sum, block) => sum + block.count, 0),
    *records() {
      for (const { data, count } of blocks) {
        const block = new Cursor(decompress(data));
        // A record of Iceberg's takes some bytes; a count beyond them would be believed for ever.
        if (count > block.left) throw new Error(`its Avro block claims ${count} records in ${block.left} bytes`);
        for (let index = 0; index < count; index++) yield block.read(type) as AvroMap;
        if (block.left > 0) throw new Error(`its Avro block has ${block.left} bytes after its last record`);
      }
    },
  };
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new Error("its Avro data ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A number of things that take room in what is left. */
  count(): number {
    const count = this.#long();
    if (count < 0n || count > BigInt(2 ** 31)) throw new Error(`its Avro data has a count of ${count}`);
    return Number(count);
  }

  read(type: AvroType): AvroValue {
    switch (type.kind) {
      case "null":
        return null;
      case "boolean":
        return this.take(1)[0] === 1;
      case "int":
      case "long":
        return this.#long();
      case "float":
        return this.take(4).readFloatLE();
      case "double":
        return this.take(8).readDoubleLE();
      case "bytes":
        return this.take(this.count());
      case "string":
        return utf8.decode(this.take(this.count()));
      case "fixed":
        return this.take(type.size);
      case "enum":
        return chosen(type.symbols, this.#long());
      case "union":
        return this.read(chosen(type.branches, this.#long()));
      case "array":
        return [...this.#items(() => this.read(type.items))];
      case "map":
        return new Map(this.#items(() => [this.read({ kind: "string" }) as string, this.read(type.items)]));
      case "record":
        return new Map(type.fields.map((field) => [field.name, this.read(field.type)]));
    }
  }

  *#items<T>(item: () => T): Generator<T> {
    for (;;) {
      let count = this.#long();
      if (count === 0n) return;
      if (count < 0n) {
        count = -count;
        this.count();
      }
      if (count > BigInt(this.left)) throw new Error(`its Avro data claims ${count} items in ${this.left} bytes`);
      for (let index = 0n; index < count; index++) yield item();
    }
  }

  #long(): bigint {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 0x80) {
      this.#at += 1;
      return BigInt((first >> 1) ^ -(first & 1));
    }
    let low = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0]!;
      low |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (low >> 1n) ^ -(low & 1n));
    }
    throw new Error("its Avro data has a number of more than ten bytes");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function chosen<T>(list: T[], index: bigint): T {
  const found = index >= 0n && index < BigInt(list.length) ? list[Number(index)] : undefined;
  if (found === undefined) throw new Error(`its Avro data chooses ${index} of ${list.length}`);
  return found;
}
