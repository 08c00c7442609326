import { z } from "zod";
import { named } from "./schema-named.ts";

/** Returns the schema of a string in which `${account.id}`, `${account.name}`, `${region}` and `${partition}` stand for the target's. */
export const template = (about: string) =>
  z
    .string()
    .min(1)
    .describe(
      `${about} \${account.id}, \${account.name}, \${region} and \${partition} stand for the target's, \${stack} and \${vars.…} for the stack's; $\${ is the two characters themselves.`,
    );

/** What an entry is for. */
export const description = z.string().describe("What it is for and whose it is; for people.");

/** Returns the schema of one value for all targets, by default such a string, or of a mapping with one for each account or Region. */
export const perTarget = (about: string, value: z.ZodString = template(about)) =>
  z
    .union([value, named("targetKey", value)])
    .describe(
      `${value.description ?? about} Or a mapping by account/Region, account (name or id), Region, or default; the first of these that there is counts.`,
    );
