import type { SimulatePrincipalPolicyRequest, SimulatePolicyResponse } from "@aws-sdk/client-iam";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { allows, conditionKeysFor, denies } from "../../world/policy.ts";

/**
 * Tells what the policy of a seeded role says of each action on each resource, and which condition keys it asks for that were not given; a role
 * without one may do everything.
 */
export function SimulatePrincipalPolicy(
  { PolicySourceArn = "", ActionNames = [], ResourceArns = ["*"], ContextEntries = [] }: SimulatePrincipalPolicyRequest,
  { world, account }: Context,
): SimulatePolicyResponse {
  const name = new RegExp(`^arn:aws[-a-z]*:iam::${account}:role/(.+)$`).exec(PolicySourceArn)?.[1] ?? "";
  // An account without seeded roles has every one.
  const roles = Object.entries(world.seed.accounts[account]?.roles ?? { [name]: {} });
  const role = new Map(roles).get(name);
  if (!role) throw new ServiceError("NoSuchEntityException", `The role ${PolicySourceArn} cannot be found.`);
  const given = ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }): [string, string] => [
    ContextKeyName.toLowerCase(),
    ContextKeyValues[0] ?? "",
  ]);
  const context = Object.fromEntries(given);
  const decisionOn = (action: string, resource: string) => {
    const access = { action, resource, context };
    if (role.policy === undefined || allows(role.policy, access)) return "allowed";
    return denies(role.policy, access) ? "explicitDeny" : "implicitDeny";
  };
  return {
    EvaluationResults: ActionNames.flatMap((action) =>
      ResourceArns.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decisionOn(action, resource),
        MatchedStatements: [],
        MissingContextValues: conditionKeysFor(role.policy, action).filter((key) => !Object.hasOwn(context, key)),
      })),
    ),
    IsTruncated: false,
  };
}
