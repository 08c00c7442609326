import { ExactNumber } from "./exact-json.ts";
import type { ExactJson, ExactObject } from "./exact-json.ts";

/** An Avro type, as the format's specification has it, and none of a library's rules for names: https://avro.apache.org/docs/1.12.0/specification/. */
export type AvroType =
  | { kind: "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string" }
  | { kind: "fixed"; size: number }
  | { kind: "enum"; symbols: string[] }
  | { kind: "array" | "map"; items: AvroType }
  | { kind: "union"; branches: AvroType[] }
  | { kind: "record"; fields: AvroField[] };

/** A field of a record. */
export interface AvroField {
  name: string;
  type: AvroType;
  /** Iceberg's. */
  id?: bigint;
}

const primitives = new Set(["null", "boolean", "int", "long", "float", "double", "bytes", "string"]);

/** Iceberg's own schemas have six levels. */
const deepest = 64;

/**
 * Returns the type that a schema describes.
 * @throws for a schema that names an unknown type, is damaged, or nests too deep
 */
export function avroTypeOf(schema: ExactJson): AvroType {
  return read(schema, new Map(), 0);
}

function read(schema: ExactJson | undefined, named: Map<string, AvroType>, depth: number): AvroType {
  if (depth > deepest) throw new Error(`its Avro schema nests deeper than ${deepest} levels`);
  if (typeof schema === "string") {
    const known = primitives.has(schema) ? ({ kind: schema } as AvroType) : named.get(schema);
    if (!known) throw new Error(`its Avro schema names the unknown type "${schema}"`);
    return known;
  }
  if (Array.isArray(schema)) return { kind: "union", branches: schema.map((each) => read(each, named, depth + 1)) };
  if (!(schema instanceof Map)) throw new Error("its Avro schema is damaged");
  const kind = schema.get("type");
  switch (kind) {
    case "record": {
      const record: AvroType = { kind, fields: [] };
      remember(schema, record, named);
      record.fields.push(...listOf(schema, "fields").map((field) => fieldOf(field, named, depth + 1)));
      return record;
    }
    case "array":
      return { kind, items: read(schema.get("items"), named, depth + 1) };
    case "map":
      return { kind, items: read(schema.get("values"), named, depth + 1) };
    case "fixed": {
      const size = schema.get("size");
      const bytes = size instanceof ExactNumber ? Number(size.integer() ?? -1n) : -1;
      if (bytes < 0 || bytes > 2 ** 20) throw new Error("its Avro schema has a fixed type without a size");
      return remember(schema, { kind, size: bytes }, named);
    }
    case "enum":
      return remember(schema, { kind, symbols: listOf(schema, "symbols").map(String) }, named);
    default:
      return read(kind, named, depth + 1);
  }
}

/** A name may come again: two decimals of one precision do so in manifests of PyIceberg, and each means what stands there. */
function remember(schema: ExactObject, type: AvroType, named: Map<string, AvroType>): AvroType {
  const name = schema.get("name");
  const namespace = schema.get("namespace");
  if (typeof name === "string") named.set(name, type);
  if (typeof name === "string" && typeof namespace === "string") named.set(`${namespace}.${name}`, type);
  return type;
}

function fieldOf(field: ExactJson, named: Map<string, AvroType>, depth: number): AvroField {
  const name = field instanceof Map ? field.get("name") : undefined;
  if (!(field instanceof Map) || typeof name !== "string")
    throw new Error("its Avro schema has a field without a name");
  const id = field.get("field-id");
  const known = id instanceof ExactNumber ? id.integer() : undefined;
  return { name, type: read(field.get("type"), named, depth), ...(known !== undefined && { id: known }) };
}

function listOf(schema: ExactObject, member: string): ExactJson[] {
  const list = schema.get(member);
  if (!Array.isArray(list)) throw new Error(`its Avro schema has no ${member}`);
  return list;
}
