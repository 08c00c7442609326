import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import avro from "avsc";
import { typeOf } from "./avro-schema.ts";
import { largestOutputBytes } from "./limits.ts";
import { compressSnappy, decompressSnappy } from "./snappy.ts";

/**
 * An Avro object container file: header, then blocks. The header's bytes are kept, so that a rewritten file carries every
 * property of its writer, known here or not: https://avro.apache.org/docs/1.12.0/specification/#object-container-files.
 */
export interface AvroFile {
  /** Everything before the first block, the sync marker included. */
  header: Buffer;
  properties: Record<string, Buffer>;
  sync: Buffer;
  codec: Codec;
  type: avro.Type;
  /** Where each block's data lies, and its number of records. */
  blocks: { start: number; end: number; records: number }[];
  bytes: Buffer;
}

/** A decoded record. Avro's `long` is a bigint, `bytes` a Buffer. */
export type AvroRecord = Record<string, unknown>;

/**
 * Reads the header of an Avro file and finds its blocks.
 * @throws for what is no whole Avro file, and for a codec that is not supported
 */
export function openAvro(input: Uint8Array): AvroFile {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.toString("latin1", 0, 4) !== magic) throw new Error("this is no Avro object container file");
  const map = decode<Record<string, Buffer>>(propertiesType, bytes, 4);
  const body = map.offset + 16;
  const sync = bytes.subarray(map.offset, body);
  const codec = map.value["avro.codec"]?.toString() ?? "null";
  if (!isCodec(codec))
    throw new Error(`its Avro codec "${codec}" is not supported; ${Object.keys(codecs).join(", ")} are`);
  const schema = map.value["avro.schema"];
  if (schema === undefined) throw new Error("it has no Avro schema");
  const type = typeOf(schema.toString());
  const blocks: AvroFile["blocks"] = [];
  for (let at = body; at < bytes.length;) {
    const records = decode<number>(plainLong, bytes, at);
    const length = decode<number>(plainLong, bytes, records.offset);
    const end = length.offset + length.value;
    // A negative length would lead back to where it stands, for ever.
    if (length.value < 0 || records.value < 0 || !bytes.subarray(end, end + 16).equals(sync))
      throw new Error(`its Avro block at byte ${at} is cut off or damaged`);
    blocks.push({ start: length.offset, end, records: records.value });
    at = end + 16;
  }
  return { header: bytes.subarray(0, body), properties: map.value, sync, codec, type, blocks, bytes };
}

/** Reads the records, one block at a time in memory. */
export function* recordsOf(file: AvroFile): Generator<AvroRecord> {
  for (const block of file.blocks) yield* recordsOfBlock(file, block);
}

/** Returns the same file with each record replaced, or dropped where `change` returns `undefined`. Same input, same bytes. */
export function rewriteAvro(file: AvroFile, change: (record: AvroRecord) => AvroRecord | undefined): Buffer {
  const pieces: Buffer[] = [file.header];
  for (const block of file.blocks) {
    const encoded: Buffer[] = [];
    for (const record of recordsOfBlock(file, block)) {
      const changed = change(record);
      if (changed) encoded.push(file.type.toBuffer(changed));
    }
    if (encoded.length === 0) continue;
    const data = codecs[file.codec].compress(Buffer.concat(encoded));
    pieces.push(plainLong.toBuffer(encoded.length), plainLong.toBuffer(data.length), data, file.sync);
  }
  return Buffer.concat(pieces);
}

/** Returns a new Avro file of one block. Same records and name, same bytes. */
export function writeAvro(
  schema: object,
  records: readonly AvroRecord[],
  properties: Record<string, string>,
  name: string,
): Buffer {
  const schemaText = JSON.stringify(schema);
  const type = typeOf(schemaText);
  const sync = createHash("sha256").update(name).digest().subarray(0, 16);
  const texts = { "avro.schema": schemaText, "avro.codec": "null", ...properties };
  const map = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)]));
  const data = Buffer.concat(records.map((record) => type.toBuffer(record)));
  const block =
    records.length === 0 ? [] : [plainLong.toBuffer(records.length), plainLong.toBuffer(data.length), data, sync];
  return Buffer.concat([Buffer.from(magic, "latin1"), propertiesType.toBuffer(map), sync, ...block]);
}

function* recordsOfBlock(file: AvroFile, block: AvroFile["blocks"][number]): Generator<AvroRecord> {
  const data = codecs[file.codec].decompress(file.bytes.subarray(block.start, block.end));
  // Every record takes room: a count beyond it would be believed for ever.
  if (block.records > data.length)
    throw new Error(`its Avro block claims ${block.records} records in ${data.length} bytes`);
  let at = 0;
  for (let index = 0; index < block.records; index++) {
    const record = decode<AvroRecord>(file.type, data, at);
    at = record.offset;
    yield record.value;
  }
  if (at !== data.length) throw new Error(`its Avro block has ${data.length - at} bytes after its last record`);
}

function decode<T>(type: avro.Type, bytes: Buffer, at: number): { value: T; offset: number } {
  const result = type.decode(bytes, at);
  if (result.offset < 0) throw new Error("its Avro data ends too early");
  return result;
}

const magic = "Obj\x01";
const propertiesType = avro.Type.forSchema({ type: "map", values: "bytes" });
const plainLong = avro.Type.forSchema("long");

const limit = { maxOutputLength: largestOutputBytes };

/** Ways in which a block may be compressed. */
export const codecs = {
  null: { compress: (data: Buffer) => data, decompress: (data: Buffer) => data },
  deflate: {
    compress: (data: Buffer) => deflateRawSync(data),
    decompress: (data: Buffer) => inflateRawSync(data, limit),
  },
  snappy: { compress: compressSnappy, decompress: decompressSnappy },
  zstandard: {
    compress: (data: Buffer) => zstdCompressSync(data),
    decompress: (data: Buffer) => zstdDecompressSync(data, limit),
  },
};
type Codec = keyof typeof codecs;

function isCodec(name: string): name is Codec {
  return Object.hasOwn(codecs, name);
}
