import { z } from "zod";
import { formatSchema } from "./format-schemas.ts";
import { adopt, freshness, overrideTargets, protect, retain, targets } from "./schema-selector.ts";
import { description, perTarget, template } from "./schema-template.ts";

const destination = z
  .strictObject({
    bucket: perTarget(
      template("Name of the bucket; its policy must let SSM write. Changing it replaces the sync.", "bucket"),
    ).optional(),
    region: perTarget(template("Region of the bucket. Changing it replaces the sync.", "region")).optional(),
    prefix: perTarget(
      template("Key prefix, 1 to 256 characters. Default: the bucket's root. Changing it replaces the sync."),
    ).optional(),
    kmsKey: perTarget(
      template(
        "ARN of a KMS key in the bucket's Region. Default: the bucket's own encryption. Changing it replaces the sync.",
        "key",
      ),
    ).optional(),
    share: z
      .literal("organization")
      .optional()
      .describe(
        "Share the delivery with the organization; one sync in each account and Region can. Default: not shared. Changing it replaces the sync.",
      ),
  })
  .describe(
    "The bucket that Inventory goes to. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResourceDataSyncS3Destination.html",
  );

const source = z
  .strictObject({
    organization: z
      .literal("entire")
      .optional()
      .describe(
        "Collect from the entire organization. Default, without organizationalUnits: from this account only. Changing it replaces the sync.",
      ),
    organizationalUnits: z
      .array(formatSchema("organizationalUnit"))
      .min(1)
      .max(1000)
      .optional()
      .describe("Collect from these organizational units instead; their order does not matter."),
    regions: z
      .array(formatSchema("region"))
      .min(1)
      .optional()
      .describe("Regions to collect from; their order does not matter."),
    includeFutureRegions: z
      .boolean()
      .optional()
      .describe("Whether Regions that AWS opens later join by themselves. Default: false."),
    enableAllOpsDataSources: z
      .boolean()
      .optional()
      .describe("Whether every OpsData source is switched on in all accounts, which AWS bills. Default: false."),
  })
  .describe(
    "Where Explorer's OpsData comes from. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResourceDataSyncSource.html",
  );

const settings = {
  description: description.optional(),
  enabled: z.boolean().optional().describe("Off it stands for nothing, and what it made is deleted. Default: true."),
  destination: destination.optional(),
  source: source.optional(),
  adopt: adopt.optional(),
  protect: protect.optional(),
  retain: retain.optional(),
  freshness: freshness.optional(),
};

const { enabled: _enabled, ...withoutSwitch } = settings;

const overrides = z
  .array(z.strictObject({ targets: overrideTargets, ...withoutSwitch }))
  .describe("What it has otherwise in some of its targets; a later one wins over those before.");

/** What all syncs have, where they do not say otherwise. */
export const syncDefaults = z
  .strictObject({ targets: targets.optional(), ...settings, overrides: overrides.optional() })
  .describe("For every sync: its own values win, mappings are merged key by key, lists are taken as a whole.");

/** One resource data sync: to a destination or from a source. */
export const syncEntry = z
  .strictObject({
    name: template(
      "The sync's name in AWS, 1 to 64 characters. Default: the entry's key. Changing it replaces the sync.",
    ).optional(),
    targets: targets.optional(),
    ...settings,
    overrides: overrides.optional(),
  })
  .describe("A resource data sync; it has either a destination or a source.");
