/**
 * Iceberg's ids are 64-bit numbers written as JSON numbers, which `JSON.parse` would round. Here an integer that a double
 * cannot hold becomes a bigint, and any other number that would print differently is kept as it was written.
 */
export type Json = string | number | bigint | boolean | null | Json[] | { [key: string]: Json };

/** Parses JSON without rounding a number. */
export function parseJson(text: string): Json {
  return native.parse(text, (_key, value, context) => {
    if (typeof value !== "number" || String(value) === context.source) return value;
    return /^-?\d+$/.test(context.source) ? BigInt(context.source) : native.rawJSON(context.source);
  }) as Json;
}

/** Prints a value as JSON, each number as it was read. */
export function printJson(value: Json, indent = 2): string {
  return JSON.stringify(
    value,
    (_key, part) => (typeof part === "bigint" ? native.rawJSON(String(part)) : part),
    indent,
  );
}

// JSON.parse with source text access, in Node since 21; TypeScript's library does not describe it yet.
const native = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};
