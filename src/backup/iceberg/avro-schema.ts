import avro from "avsc";

/**
 * Returns the type of an Avro schema as Iceberg's writers make it. avsc has rules of its own for names, which the format does not share:
 * letters beyond ASCII, and two types of one name, as two decimals of one precision are. Nothing here is read by the name of a type, and
 * only partition tuples have such fields, so both get names that avsc takes.
 */
export function typeOf(schemaText: string): avro.Type {
  const schema = renamed(parsed(schemaText), new Map(), { count: 0 }, 0);
  return avro.Type.forSchema(schema, { registry: { long: exactLong }, wrapUnions: false, typeHook: boundedArrays });
}

// avsc reads a long as a number and refuses those that a double cannot hold: every snapshot id.
// oxlint-disable-next-line no-underscore-dangle -- the name is avsc's.
const exactLong = avro.types.LongType.__with({
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

interface Tap {
  buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
}

interface ReadingType {
  _read(tap: Tap): unknown;
}

/** avsc reads as many items as a file claims, beyond its end too: a damaged count would fill the memory. */
class BoundedArrayType extends (avro.types.ArrayType as unknown as new (
  schema: unknown,
  options: unknown,
) => avro.Type) {
  _read(tap: Tap): unknown[] {
    const { itemsType } = this as unknown as { itemsType: ReadingType };
    const items: unknown[] = [];
    for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
      if (count < 0) tap.skipLong();
      const left = tap.buf.length - tap.pos;
      if (Math.abs(count) > left) throw new Error(`its Avro data claims ${Math.abs(count)} items in ${left} bytes`);
      // oxlint-disable-next-line no-underscore-dangle -- the name is avsc's.
      for (let rest = Math.abs(count); rest > 0; rest--) items.push(itemsType._read(tap));
    }
    return items;
  }
}

function boundedArrays(schema: unknown, options: unknown): avro.Type | undefined {
  const isArray = typeof schema === "object" && schema !== null && (schema as { type?: unknown }).type === "array";
  return isArray ? new BoundedArrayType(schema, options) : undefined;
}

interface SchemaObject {
  type?: unknown;
  name?: unknown;
  namespace?: unknown;
  [member: string]: unknown;
}

/** Iceberg's own schemas have six levels. */
const deepest = 64;

const primitives = new Set(["null", "boolean", "int", "long", "float", "double", "bytes", "string"]);

function renamed(schema: unknown, names: Map<string, string>, made: { count: number }, depth: number): avro.Schema {
  if (depth > deepest) throw new Error(`its Avro schema nests deeper than ${deepest} levels`);
  const next = (inner: unknown) => renamed(inner, names, made, depth + 1);
  if (typeof schema === "string") {
    const known = primitives.has(schema) ? schema : names.get(schema);
    if (known === undefined) throw new Error(`its Avro schema names the unknown type "${schema.slice(0, 100)}"`);
    return known;
  }
  if (Array.isArray(schema)) return schema.map(next) as avro.Schema;
  if (typeof schema !== "object" || schema === null) throw new Error("its Avro schema is damaged");
  const { type, name, namespace, size, symbols, fields, items, values } = schema as SchemaObject;
  const uniqueName = () => {
    const unique = `t${made.count++}`;
    if (typeof name === "string") names.set(name, unique);
    if (typeof name === "string" && typeof namespace === "string") names.set(`${namespace}.${name}`, unique);
    return unique;
  };
  switch (type) {
    case "record": {
      if (!Array.isArray(fields)) throw new Error("its Avro schema has a record without fields");
      const unique = uniqueName();
      const plain = (fields as SchemaObject[]).map((field, index) => ({
        name: fieldName(field.name, index),
        type: next(field.type),
      }));
      return { type: "record", name: unique, fields: plain } as avro.Schema;
    }
    case "array":
      return { type: "array", items: next(items) };
    case "map":
      return { type: "map", values: next(values) };
    case "fixed":
      return { type: "fixed", name: uniqueName(), size } as avro.Schema;
    case "enum":
      return { type: "enum", name: uniqueName(), symbols } as avro.Schema;
    default:
      return next(type);
  }
}

function fieldName(name: unknown, index: number): string {
  return typeof name === "string" && /^[A-Za-z_]\w*$/.test(name) ? name : `_${index}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("its Avro schema is no JSON");
  }
}
