import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import avro from "avsc";

/** An Avro object container file, each row in a block of its own. */
export function avroFile(
  schema: unknown,
  rows: unknown[],
  codec: "null" | "deflate",
  properties: Record<string, string>,
): Buffer {
  const type = avro.Type.forSchema(structuredClone(schema) as avro.Schema, {
    registry: { long: bigLong },
    wrapUnions: false,
  });
  const header = { "avro.schema": JSON.stringify(schema), "avro.codec": codec, ...properties };
  const map = avro.Type.forSchema({ type: "map", values: "bytes" });
  const sync = createHash("md5").update(JSON.stringify(header)).digest();
  const long = avro.Type.forSchema("long");
  const head = map.toBuffer(
    Object.fromEntries(Object.entries(header).map(([key, value]) => [key, Buffer.from(value)])),
  );
  const blocks = rows.flatMap((row) => {
    const plain = type.toBuffer(row);
    const data = codec === "null" ? plain : deflateRawSync(plain);
    return [long.toBuffer(1), long.toBuffer(data.length), data, sync];
  });
  return Buffer.concat([Buffer.from("Obj\x01", "latin1"), head, sync, ...blocks]);
}

// oxlint-disable-next-line no-underscore-dangle -- the name is avsc's.
const bigLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => Buffer.from(new BigInt64Array([value]).buffer),
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: () => 0,
});
