import avro from "avsc";

/** Values of Avro longs: Iceberg's snapshot ids exceed 2^53, so they are bigints throughout. */
// avsc's documented name for this constructor.
// oxlint-disable-next-line no-underscore-dangle
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});
/** Longs may come bare or as `{ type: "long", logicalType }`. */
function longHook(schema: avro.Schema): avro.Type | undefined {
  const name = typeof schema === "object" && "type" in schema ? schema.type : schema;
  return name === "long" ? long : undefined;
}

const count = avro.Type.forSchema("long");
const header = avro.Type.forSchema({ type: "map", values: "bytes" });

/**
 * Returns an Avro object container file of one block.
 *
 * avsc's own encoder would write its parsed form of the schema, without the `field-id`s that Iceberg readers need.
 */
export function avroContainer(
  schema: object,
  rows: readonly object[],
  metadata: Record<string, string>,
  sync: Buffer,
): Buffer {
  const type = avro.Type.forSchema(structuredClone(schema) as avro.Schema, { typeHook: longHook, wrapUnions: false });
  const body = Buffer.concat(rows.map((row) => type.toBuffer(row)));
  const entries = { "avro.schema": JSON.stringify(schema), "avro.codec": "null", ...metadata };
  return Buffer.concat([
    Buffer.from("Obj\x01", "latin1"),
    header.toBuffer(Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value)]))),
    sync,
    ...(rows.length ? [count.toBuffer(rows.length), count.toBuffer(body.length), body, sync] : []),
  ]);
}
