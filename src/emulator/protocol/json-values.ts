import type { NormalizedSchema } from "@smithy/core/schema";
import { timestampFormat } from "./smithy-schema.ts";

/** A value whose JSON type is not the member's: AWS's front ends answer it with a SerializationException. */
export class MistypedValue extends Error {
  override name = "MistypedValue";
}

/** Decodes parsed JSON into the SDK's types. Members that the schema does not know are ignored, as AWS ignores them. */
export function fromJson(schema: NormalizedSchema, value: unknown, path: string, names: MemberNames): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return structFromJson(schema, record(value, path), path, names);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mistyped(value, path, "a list");
    return value.map((element, index) => fromJson(schema.getValueSchema(), element, `${path}.${index + 1}`, names));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(record(value, path));
    return Object.fromEntries(
      entries.map(([key, element]) => [key, fromJson(schema.getValueSchema(), element, `${path}.${key}`, names)]),
    );
  }
  return scalarFromJson(schema, value, path);
}

/** Encodes an output as AWS's JSON protocols do. Absent members stay out. */
export function toJson(schema: NormalizedSchema, value: unknown, names: MemberNames): unknown {
  if (value === undefined || value === null) return undefined;
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {};
    for (const [member, shape] of schema.structIterator()) {
      const encoded = toJson(shape, (value as Record<string, unknown>)[member], names);
      if (encoded !== undefined) out[names(member, shape)] = encoded;
    }
    return out;
  }
  if (schema.isListSchema())
    return (value as unknown[]).map((element) => toJson(schema.getValueSchema(), element, names));
  if (schema.isMapSchema()) {
    const entries = Object.entries(value as object);
    return Object.fromEntries(entries.map(([key, element]) => [key, toJson(schema.getValueSchema(), element, names)]));
  }
  if (value instanceof Date) return timestampToJson(schema, value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

/** A member's name on the wire. */
export type MemberNames = (member: string, schema: NormalizedSchema) => string;

/** Names members as the model does. */
export const sameNames: MemberNames = (member) => member;

/** Names members as the model's `jsonName` trait does. */
export const jsonNames: MemberNames = (member, schema) => schema.getMergedTraits().jsonName ?? member;

function structFromJson(
  schema: NormalizedSchema,
  value: Record<string, unknown>,
  path: string,
  names: MemberNames,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [member, shape] of schema.structIterator()) {
    const name = names(member, shape);
    if (!Object.hasOwn(value, name)) continue;
    const decoded = fromJson(shape, value[name], path === "" ? name : `${path}.${name}`, names);
    if (decoded !== undefined) out[member] = decoded;
  }
  return out;
}

function scalarFromJson(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isBooleanSchema()) return typeof value === "boolean" ? value : fail(value, path, "a boolean");
  if (schema.isNumericSchema()) return Number.isSafeInteger(value) ? value : fail(value, path, "a whole number");
  if (schema.isTimestampSchema()) return timestampFromJson(value, path);
  if (schema.isBlobSchema()) {
    return typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : fail(value, path, "base64 text");
  }
  return typeof value === "string" ? value : fail(value, path, "a string");
}

function timestampFromJson(value: unknown, path: string): Date {
  const date = new Date(typeof value === "number" ? value * 1000 : typeof value === "string" ? value : NaN);
  return Number.isNaN(date.getTime()) ? fail(value, path, "a timestamp") : date;
}

/** JSON bodies carry epoch seconds with a fraction unless the model says date-time. */
function timestampToJson(schema: NormalizedSchema, date: Date): string | number {
  const format = timestampFormat(schema);
  if (format === "date-time") return date.toISOString();
  if (format === "http-date") return date.toUTCString();
  return date.getTime() / 1000;
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw mistyped(value, path, "an object");
  return value as Record<string, unknown>;
}

function fail(value: unknown, path: string, expected: string): never {
  throw mistyped(value, path, expected);
}

function mistyped(value: unknown, path: string, expected: string): MistypedValue {
  const actual = Array.isArray(value) ? "a list" : typeof value === "number" ? value : `a ${typeof value}`;
  return new MistypedValue(`${path === "" ? "The body" : `'${path}'`} must be ${expected}, not ${actual}`);
}
