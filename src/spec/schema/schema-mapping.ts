import { z } from "zod";
import { textFormats } from "./formats.ts";

/** Returns the schema of a mapping whose names are in one of the formats. Unlike zod's own record it looks at the values of wrong names too. */
export function namedMapping<Value extends z.ZodType>(name: keyof typeof textFormats, value: Value) {
  const { pattern } = textFormats[name];
  const mismatch: z.core.$ZodIssue = {
    code: "invalid_format",
    format: "regex",
    pattern: String(pattern),
    path: [],
    message: "",
  };
  return z
    .record(z.string(), value)
    .superRefine(
      (record, { addIssue }) => {
        if (typeof record !== "object" || record === null || Array.isArray(record)) return;
        for (const key of Object.keys(record).filter((key) => !pattern.test(key))) {
          addIssue({ code: "invalid_key", origin: "record", issues: [mismatch], input: record, path: [key] });
        }
      },
      { when: () => true },
    )
    .meta({ propertyNames: { type: "string", pattern: pattern.source } });
}
