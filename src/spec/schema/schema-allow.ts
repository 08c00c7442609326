import { z } from "zod";
import { formatSchema } from "./format-schemas.ts";

const allowance = z
  .strictObject({
    loss: formatSchema("target")
      .optional()
      .describe("Account and Region whose exported rows may be lost without a copy."),
    of: formatSchema("rowsOwner")
      .optional()
      .describe(
        "Whose rows: the ARN of the table, which is that table's alone for ever, or the id of the domain, of which the stack remembers that it was used as long as it has the export or its table. It allows no other loss.",
      ),
    deletes: z.int().min(1).optional().describe("How many resources this change may delete, whatever the guards say."),
    replaces: z
      .int()
      .min(1)
      .optional()
      .describe("How many resources this change may replace, whatever the guards say."),
    digest: formatSchema("digest")
      .optional()
      .describe("The plan whose deletes and replaces are meant, by its digest, whatever the guards say."),
    reason: z.string().min(1).describe("Why, for those who review it."),
    until: formatSchema("date")
      .optional()
      .describe(
        "The last day on which it counts. Default: it counts as long as it stands here. A loss is allowed once in any case.",
      ),
  })
  .describe(
    "A word for one loss of rows (loss, of), or for more deletes and replaces than the guards let pass (a number, or one plan's digest).",
  );

/** What the guards let pass, for one change. */
export const allow = z
  .union([allowance, z.array(allowance)])
  .describe("What is meant, for one change: without a word here, no row goes without a verified copy.");
