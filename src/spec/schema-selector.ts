import { z } from "zod";
import { formatted } from "./formats.ts";
import { description } from "./schema-template.ts";

const accountList = z.array(formatted("accountReference"));
const regionList = z.array(formatted("region"));
const unitList = z.array(formatted("organizationalUnitOrRoot"));

/** Which accounts and Regions. */
export const selector = z
  .strictObject({
    description: description.optional(),
    accounts: z
      .union([z.literal("all"), accountList])
      .optional()
      .describe(
        "Names from `accounts`, ids in quotes, or `all` for every account named there. Default, without organizationalUnits: the caller's own account.",
      ),
    organizationalUnits: unitList
      .optional()
      .describe("Organizational units or the root: every active account in and below them."),
    regions: regionList.describe("The Regions."),
    exclude: z
      .strictObject({
        accounts: accountList.optional().describe("Accounts to leave out, by name or id."),
        organizationalUnits: unitList.optional().describe("Units whose accounts are left out, nested ones too."),
        regions: regionList.optional().describe("Regions to leave out."),
      })
      .optional()
      .describe("What to leave out; it always wins."),
  })
  .describe("Accounts × Regions.");

/** What an entry's `targets` may be. */
export const targets = z
  .union([formatted("entryName").describe("Name of a selection under `targets`."), selector])
  .describe("Where it is wanted. Default: the caller's own account, in the environment's Region (AWS_REGION).");

/** Whether what exists already is taken over. */
export const adopt = z
  .boolean()
  .describe(
    "Take over what exists in AWS already when it is created here, and bring it in line where AWS can change it. Means nothing afterwards. Default: false, it is an error and is left as it is.",
  );

/** Describes `protect`, which selections and entries have alike. */
export const protect = z.boolean().describe("Refuse every plan that would delete or replace it. Default: false.");
