import { z } from "zod";
import { formatted } from "./formats.ts";

const allowance = z
  .strictObject({
    loss: formatted("target").describe("Account and Region whose exported rows may be lost without a copy."),
    of: formatted("rowsOwner").describe(
      "Whose rows: the id of the domain, or the ARN of the table. It allows no other loss.",
    ),
    reason: z.string().min(1).describe("Why, for those who review it."),
    until: formatted("date")
      .optional()
      .describe("The last day on which it counts. Default: it counts as long as it stands here."),
  })
  .describe("A word for one loss.");

/** What the guards let pass, for one change. */
export const allow = z
  .union([allowance, z.array(allowance)])
  .describe("Losses of rows that are meant: without a word here, no row goes without a verified copy.");
