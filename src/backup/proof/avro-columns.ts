import type { AvroContainer, AvroMap, AvroValue } from "./avro-file.ts";
import type { AvroType } from "./avro-schema.ts";

/** The way to a field by names, through records alone. */
type FieldPath = string[];

/** Returns the values of the fields with these Iceberg ids, row by row; null where a file has no such field, or a parent of it is null. */
export function readAvroColumns(file: AvroContainer, fieldIds: bigint[]): AvroValue[][] {
  if (!hasIds(file.type)) throw new Error("it has no field ids");
  const paths = fieldIds.map((id) => pathTo(file.type, id));
  return Array.from(file.records(), (record) => paths.map((path) => (path ? valueAt(record, path) : null)));
}

function pathTo(type: AvroType, id: bigint): FieldPath | undefined {
  for (const field of recordIn(type)?.fields ?? []) {
    if (field.id === id) return [field.name];
    const below = pathTo(field.type, id);
    if (below) return [field.name, ...below];
  }
  return undefined;
}

function recordIn(type: AvroType): Extract<AvroType, { kind: "record" }> | undefined {
  if (type.kind === "record") return type;
  const branch = type.kind === "union" ? type.branches.find(({ kind }) => kind === "record") : undefined;
  return branch?.kind === "record" ? branch : undefined;
}

function hasIds(type: AvroType): boolean {
  return recordIn(type)?.fields.some(({ id }) => id !== undefined) ?? false;
}

function valueAt(record: AvroMap, path: FieldPath): AvroValue {
  let value: AvroValue = record;
  for (const name of path) value = value instanceof Map ? (value.get(name) ?? null) : null;
  return value;
}
