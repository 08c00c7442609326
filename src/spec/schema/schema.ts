import { z } from "zod";
import { allow } from "./schema-allow.ts";
import { withEditorHelp } from "./editor-schema.ts";
import type { SchemaNode } from "./editor-schema.ts";
import { exportDefaults, exportEntry } from "./schema-export.ts";
import { formatSchema, templateSchema } from "./format-schemas.ts";
import { namedMapping } from "./schema-mapping.ts";
import { regionList, selector } from "./schema-selector.ts";
import { syncDefaults, syncEntry } from "./schema-sync.ts";
import { description, template } from "./schema-template.ts";

const role = template(
  "ARN of the role to assume in the account, such as arn:aws:iam::${account.id}:role/Sluice. Changing it changes nothing in AWS.",
  "roleArn",
);
const externalId = templateSchema("externalId")
  .min(2)
  .max(1224)
  .describe(
    "The external id that the role's trust policy asks for. ${config.name} stands for a secret of the stack's Pulumi configuration, so that it stands in no file: `pulumi config set --secret name`. Default: none is sent.",
  );
const id = formatSchema("accountId").describe(
  "The account's id: 12 digits, in quotes, so that a leading zero survives.",
);

const account = z
  .union([
    id.meta({ errorMessage: 'Write 12 digits in quotes, such as "111122223333", or a mapping with `id:`.' }),
    z.strictObject({
      id,
      role: role.optional(),
      externalId: externalId.optional(),
      description: description.optional(),
      tags: namedMapping("tagKey", z.string())
        .optional()
        .describe("Tags of the account, for selections; AWS's own are not read."),
      regions: regionList
        .optional()
        .describe("The Regions that are enabled in the account; selections reach no other one there. Default: any."),
      enabled: z
        .boolean()
        .optional()
        .describe("Off leaves the account out of every selection; what was made there is deleted. Default: true."),
    }),
  ])
  .describe("The account's id, or its id with a role of its own.");

const most = z.union([z.int().min(0), formatSchema("share")]);
const byDefault =
  "Default, from 20 resources up: 30 % of the stack, deletes and replaces together, and never more than 25.";
const guards = z
  .strictObject({
    deletes: most
      .optional()
      .describe(`Most resources that one deployment may delete, a number or a share such as 10%. ${byDefault}`),
    replaces: most
      .optional()
      .describe(`Most resources that one deployment may replace, a number or a share such as 10%. ${byDefault}`),
  })
  .describe(
    "Budgets: a plan beyond them is shown, and is not applied. The stricter of those applied last and those written here count.",
  );

const rollout = z
  .strictObject({
    tolerated: most
      .optional()
      .describe(
        "Most accounts and Regions that may fail, a number or a share of them such as 10%, in StackSets' sense. A run in which more fail begins nothing more, and a plan " +
          "leaves out no more than that where AWS would refuse. Default: a plan leaves out nothing, and a run goes on wherever it can.",
      ),
    concurrency: z.int().min(1).optional().describe("The most steps at a time, where --parallel does not say."),
    order: z
      .array(formatSchema("entryName"))
      .min(1)
      .optional()
      .describe(
        "Waves, by the names of selections under targets; rest stands for what they leave. A wave in which more fail than `tolerated` allows, by default any, keeps the " +
          "next one from beginning. Default: everything side by side.",
      ),
  })
  .describe("How a deployment goes over accounts and Regions.");

const vars = namedMapping("variableName", z.string()).describe(
  "Texts by name; ${vars.name} stands for one, in every text of the spec. A stack's own win.",
);
const stack = z.strictObject({ description: description.optional(), vars: vars.optional() }).describe("One stack.");

/** Everything that sluice.yaml may hold. It has no defaults or conversions, so it and its JSON Schema accept the same documents. */
export const specSchema = z
  .strictObject({
    version: z.literal(1).describe("Version of this format: 1."),
    include: z
      .array(z.string().min(1))
      .optional()
      .describe(
        "Files whose accounts, targets, regions, vars, syncs and exports join those here, by their paths from this file's folder. A name may be defined once.",
      ),
    role: role
      .optional()
      .describe("Role to assume in every account that has none of its own. Default: the ambient credentials."),
    externalId: externalId.optional(),
    guards: guards.optional(),
    allow: allow.optional(),
    rollout: rollout.optional(),
    vars: vars.optional(),
    stacks: namedMapping("stackName", stack)
      .optional()
      .describe("What differs from stack to stack, so that they share a file; with it no other stack can be deployed."),
    regions: namedMapping("groupName", regionList.min(1))
      .optional()
      .describe("Named groups of Regions, for selections."),
    accounts: namedMapping("accountName", account)
      .optional()
      .describe(
        "A name for each account. Renaming one changes nothing in AWS, but where a glob or ${account.name} uses the name: `sluice check --strict` and `sluice expand --against` tell.",
      ),
    targets: namedMapping("entryName", selector)
      .optional()
      .describe("Named selections of accounts and Regions, for syncs and exports."),
    defaults: z
      .strictObject({ syncs: syncDefaults.optional(), exports: exportDefaults.optional() })
      .optional()
      .describe("What all syncs and all exports have, where they do not say otherwise."),
    syncs: namedMapping("entryName", syncEntry)
      .optional()
      .describe("SSM resource data syncs: Inventory to S3, or OpsData to Explorer."),
    exports: namedMapping("entryName", exportEntry)
      .optional()
      .describe("Exports of a DataZone or SageMaker Catalog domain's asset metadata into an S3 table."),
  })
  .describe("SSM resource data syncs and DataZone data exports over accounts and Regions.");

/** sluice.yaml as written. */
export type SpecDocument = z.infer<typeof specSchema>;

/** Returns the JSON Schema (draft 7) of sluice.yaml, for editors. */
export function specJsonSchema(): object {
  return (jsonSchema ??= withEditorHelp({
    ...(z.toJSONSchema(specSchema, { target: "draft-7" }) as SchemaNode),
    patternProperties: { "^x-": { description: "Anything; a place for anchors." } },
  }));
}

let jsonSchema: object | undefined;
