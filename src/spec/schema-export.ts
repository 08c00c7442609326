import { z } from "zod";
import { formatted } from "./formats.ts";
import { adopt, protect, targets } from "./schema-selector.ts";
import { description, template } from "./schema-template.ts";

const encryption = z
  .strictObject({
    kmsKey: template("ARN of a KMS key in the target's Region. Default: AES256 with S3's own keys.").optional(),
  })
  .describe("Encryption of the table. AWS fixes it when it creates the table, so changing it replaces the table.");

const table = z
  .strictObject({
    backup: template(
      "Where the table is copied before it has to give way, s3://bucket/prefix, or none: then it is never dropped unless leftover is drop.",
    ).optional(),
    backupOwner: template(
      "Account that owns the backup's bucket; S3 refuses every request where another does. Default: the target's account.",
    ).optional(),
    backupKey: template(
      "ARN of the KMS key that backups are encrypted with. Default: the key of the table, or S3's own keys where it has none.",
    ).optional(),
    method: z
      .literal("copy")
      .optional()
      .describe("How the backup is made: the table's files are copied. Default: copy."),
    history: z.enum(["all", "current"]).optional().describe("Every snapshot, or the newest only. Default: all."),
    onRemoval: z
      .enum(["keep", "backUpAndDrop"])
      .optional()
      .describe("What becomes of the table when the export is removed. Default: keep."),
    leftover: z
      .enum(["ask", "adopt", "backUpAndDrop", "drop"])
      .optional()
      .describe(
        "What to do with a table of unknown origin in the way. Default: ask, which is an error that lists the choices.",
      ),
  })
  .describe(
    "The table aws-sagemaker-catalog/asset_metadata/asset: an account and Region has one, and a new domain needs its place.",
  );

/** One domain's data export. */
export const exportEntry = z
  .strictObject({
    description: description.optional(),
    targets: targets.optional(),
    domain: formatted("domain").describe(
      "Id of the domain. Changing it replaces the export and the table, after a backup.",
    ),
    enabled: z
      .boolean()
      .optional()
      .describe("Whether the daily export runs. Off keeps setting and table. Default: true."),
    encryption: encryption.optional(),
    recordExpirationDays: z
      .int()
      .min(1)
      .max(2147483647)
      .optional()
      .describe("Days after which AWS removes rows from the table. Default: they are kept."),
    table: table.optional(),
    adopt: adopt.optional(),
    protect: protect.optional(),
  })
  .describe(
    "A data export. https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html",
  );
