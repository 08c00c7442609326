import { z } from "zod";

/** A string in which `${account.id}`, `${account.name}`, `${region}` and `${partition}` stand for the target's. */
export const template = (about: string) =>
  z
    .string()
    .min(1)
    .describe(
      `${about} \${account.id}, \${account.name}, \${region} and \${partition} stand for the target's, \${stack} and \${vars.…} for the stack's; $\${ is the two characters themselves.`,
    );

/** What an entry is for. */
export const description = z.string().describe("What it is for and whose it is; for people.");
