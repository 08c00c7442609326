import { z } from "zod";
import { formatSchema } from "./format-schemas.ts";
import { adopt, freshness, overrideTargets, protect, retain, targets } from "./schema-selector.ts";
import { description, perTarget, template } from "./schema-template.ts";

const encryption = z
  .strictObject({
    kmsKey: perTarget(
      template("ARN of a KMS key in the target's Region. Default: AES256 with S3's own keys.", "tableKey"),
    ).optional(),
  })
  .describe("Encryption of the table. AWS fixes it when it creates the table, so changing it replaces the table.");

const keptOf = (what: string) =>
  z.int().min(1).max(1000).optional().describe(`Of how many ${what} that have a backup the newest one stays.`);

const keep = z
  .strictObject({
    daily: keptOf("days"),
    weekly: keptOf("weeks"),
    monthly: keptOf("months"),
    yearly: keptOf("years"),
  })
  .describe(
    "Which backups `sluice backup prune` keeps, in UTC, the newest days, weeks, months and years first; nothing else deletes any. Default: all are kept.",
  );

const table = z
  .strictObject({
    backup: perTarget(
      template(
        "Where the table is copied before it has to give way, s3://bucket/prefix, or none: then it is never dropped unless leftover is drop.",
        "backup",
      ),
    ).optional(),
    backupOwner: perTarget(
      template(
        "Account that owns the backup's bucket; S3 refuses every request where another does. Default: the target's account.",
        "accountId",
      ),
    ).optional(),
    backupKey: perTarget(
      template(
        "ARN of the KMS key that backups are encrypted with. Default: the key of the table, or S3's own keys where it has none.",
        "tableKey",
      ),
    ).optional(),
    keep: keep.optional(),
    backupFreshness: formatSchema("duration")
      .optional()
      .describe(
        "How old the newest backup of a table that has changed since may be before `sluice status` calls it late: hours or days, such as 26h. Default: any age.",
      ),
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

const settings = {
  description: description.optional(),
  domain: perTarget(
    formatSchema("domain").describe("Id of the domain. Changing it replaces the export and the table, after a backup."),
  ).optional(),
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
  retain: retain.optional(),
  freshness: freshness.optional(),
};

const overrides = z
  .array(z.strictObject({ targets: overrideTargets, ...settings }))
  .describe("What it has otherwise in some of its targets; a later one wins over those before.");

/** What all exports have, where they do not say otherwise. */
export const exportDefaults = z
  .strictObject({ targets: targets.optional(), ...settings, overrides: overrides.optional() })
  .describe("For every export: its own values win, mappings are merged key by key, lists are taken as a whole.");

/** One domain's data export. */
export const exportEntry = z
  .strictObject({ targets: targets.optional(), ...settings, overrides: overrides.optional() })
  .describe(
    "A data export. https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html",
  );
