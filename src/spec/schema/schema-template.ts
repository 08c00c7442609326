import { z } from "zod";
import { templateSchema } from "./format-schemas.ts";
import type { textFormats } from "./formats.ts";
import { namedMapping } from "./schema-mapping.ts";

/** Returns the schema of a string, in one of the formats where one is named, in which `${account.id}`, `${account.name}`, `${region}` and `${partition}` stand for the target's. */
export const template = (about: string, format?: keyof typeof textFormats) =>
  (format === undefined ? z.string() : templateSchema(format))
    .min(1)
    .describe(
      `${about} \${account.id}, \${account.name}, \${region} and \${partition} stand for the target's, \${stack} and \${vars.…} for the stack's; $\${ is the two characters themselves.`,
    );

/** What an entry is for. */
export const description = z.string().describe("What it is for and whose it is; for people.");

/** Returns the schema of one value for all targets, or of a mapping with one for each account or Region. */
export const perTarget = (value: z.ZodString) =>
  z
    .union([
      value.meta({ errorMessage: "Write a text, or a mapping by account or Region." }),
      namedMapping("targetKey", value),
    ])
    .describe(
      `${value.description} Or a mapping by account/Region, account (name or id), Region, or default; the first of these that there is counts.`,
    );
