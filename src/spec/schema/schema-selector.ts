import { z } from "zod";
import { formatSchema } from "./format-schemas.ts";
import { namedMapping } from "./schema-mapping.ts";
import { knownRegions } from "../../partitions.ts";
import { description } from "./schema-template.ts";

const accountList = z.array(formatSchema("accountReference"));
/** A list of Regions, named groups and globs. */
export const regionList = z.array(formatSchema("regionReference").meta({ examples: [...knownRegions] }));
const unitList = z.array(formatSchema("unitReference"));
const tags = namedMapping("tagKey", z.union([z.string(), z.array(z.string())]));

const parts = {
  accounts: z
    .union([
      z.enum(["all", "self"]).meta({ errorMessage: "Write a list of accounts such as [audit], all, or self." }),
      accountList,
    ])
    .optional()
    .describe(
      "Names from `accounts`, ids in quotes, globs such as prod-*; `all` for every account named there, `self` for the caller's own. Default, without organizationalUnits and tags: the caller's own account.",
    ),
  organizationalUnits: unitList
    .optional()
    .describe(
      "Organizational units or the root, by id, by name or by path such as Workloads/Production: every active account in and below them.",
    ),
  nested: z.boolean().optional().describe("Whether the accounts of units within the units count too. Default: true."),
  tags: tags
    .optional()
    .describe(
      "Only accounts whose tags, as the spec has them, have these values, or one of several. Alone: of all accounts named in the spec.",
    ),
  accountFilter: z
    .enum(["UNION", "INTERSECTION", "DIFFERENCE"])
    .optional()
    .describe(
      "How accounts and organizationalUnits meet, in StackSets' words: both; those of the units that are listed too; those of the units that are not listed. Default: UNION.",
    ),
};

const exclude = z
  .strictObject({
    accounts: accountList.optional().describe("Accounts to leave out, by name, id or glob."),
    organizationalUnits: unitList.optional().describe("Units whose accounts are left out, nested ones too."),
    regions: regionList.optional().describe("Regions to leave out, by name, group or glob."),
    targets: z
      .array(formatSchema("targetReference"))
      .optional()
      .describe("Single accounts in single Regions to leave out, such as audit/us-east-1."),
  })
  .describe("What to leave out; it always wins.");

const regions = z.union([
  z.literal("all-enabled").meta({ errorMessage: "Write a list of Regions such as [us-east-1], or all-enabled." }),
  regionList,
]);

/** Which accounts and Regions. */
export const selector = z
  .strictObject({
    description: description.optional(),
    ...parts,
    regions: regions.describe(
      "Regions, groups from `regions` and globs such as eu-*; or all-enabled: those that each account lists as its own.",
    ),
    exclude: exclude.optional(),
  })
  .describe("Accounts × Regions.");

/** What an entry's `targets` may be. */
export const targets = z
  .union([
    formatSchema("entryName")
      .describe("Name of a selection under `targets`.")
      .meta({ errorMessage: "Write a selection's name, a list of names, or a selection." }),
    z.array(formatSchema("entryName")).min(1).describe("Names of selections; what any of them selects."),
    selector,
  ])
  .describe(
    "Where it is wanted: a selection's name, several names, or a selection. Default: the caller's own account, in the environment's Region (AWS_REGION).",
  );

/** Where an override counts. */
export const overrideTargets = z
  .union([
    formatSchema("entryName").describe("Name of a selection under `targets`."),
    z
      .strictObject({
        ...parts,
        regions: regions.optional().describe("Regions, groups from `regions` and globs. Default: every one."),
      })
      .describe("Which of the entry's targets; what is absent does not narrow."),
  ])
  .describe("Which of the entry's targets.");

/** Whether what exists already is taken over. */
export const adopt = z
  .boolean()
  .describe(
    "Take over what exists in AWS already when it is created here, and bring it in line where AWS can change it. Means nothing afterwards. Default: false, it is an error and is left as it is.",
  );

/** How old its newest data may be. */
export const freshness = formatSchema("duration").describe(
  "How old its newest data may be before `sluice status` calls it late: hours or days, such as 26h. Default: 48h.",
);

/** Whether it stays in AWS when it is declared no longer. */
export const retain = z
  .boolean()
  .describe(
    "Keep what is in AWS when it is declared no longer, or when the stack is destroyed: the stack forgets it and deletes nothing. Counts once it has been applied. Default: false.",
  );

/** Whether it may go. */
export const protect = z.boolean().describe("Refuse every plan that would delete or replace it. Default: false.");
