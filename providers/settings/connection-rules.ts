import { accountOf } from "../../src/aws/index.ts";
import { regionPattern } from "../../src/partitions.ts";
import { secretText, text, unknown } from "./rules.ts";
import type { Problem, Rule } from "./rules.ts";

/** The name of a Region, of any partition. */
export const regionRule: Rule = text(regionPattern, "a Region such as us-east-1");

/** The rules of what every resource says about its account, Region and role. */
export const connectionRules: { required: Record<string, Rule>; optional: Record<string, Rule> } = {
  required: {
    account: text(/^\d{12}$/, "an AWS account id, 12 digits in quotes"),
    region: regionRule,
  },
  optional: {
    role: text(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "the ARN of an IAM role"),
    externalId: secretText(
      /^[\w+=,.@:/-]{2,1224}$/,
      "an external id, 2 to 1,224 letters, digits and characters of + = , . @ : / - _",
    ),
  },
};

/** Refuses a role of another account. A role works in its own account only, and the resource would be made in the wrong one. */
export function connectionProblems({ account, role }: Record<string, unknown>): Problem[] {
  if (typeof role !== "string" || role === unknown || account === unknown || accountOf(role) === account) return [];
  return [{ property: "role", reason: `belongs to account ${accountOf(role)}, but the resource lives in ${account}` }];
}

/** Returns the settings with these names, without absent ones. */
export function pickSettings(inputs: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => inputs[name] !== undefined).map((name) => [name, inputs[name]]));
}
