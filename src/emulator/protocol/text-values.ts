import type { NormalizedSchema } from "@smithy/core/schema";
import { MistypedValue } from "./json-values.ts";

/** Decodes a scalar that came as text: in a path, a query string, a header, a form or an XML element. */
export function scalarFromText(schema: NormalizedSchema, text: string, name: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== "true" && text !== "false") throw new MistypedValue(`'${name}' must be true or false, not "${text}"`);
    return text === "true";
  }
  if (schema.isNumericSchema()) {
    const number = /^[-+]?\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(number)) throw new MistypedValue(`'${name}' must be a whole number, not "${text}"`);
    return number;
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
    if (Number.isNaN(date.getTime())) throw new MistypedValue(`'${name}' must be a timestamp, not "${text}"`);
    return date;
  }
  return text;
}
