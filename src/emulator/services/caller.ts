import { partitionOf } from "../world/partition.ts";
import { allows, denies } from "../world/policy.ts";
import { ServiceError } from "../world/handler.ts";
import type { Context } from "../world/handler.ts";
import { organizationOf } from "./organizations/organization.ts";

/** One access that a caller asks for. */
export interface RequestedAccess {
  /** As policies name it: `s3:PutObject`. */
  action: string;
  /** The ARN, or `*` where the action is on no resource. */
  resource: string;
  /** The error code of a refusal; AccessDeniedException by default, which most services give. */
  code?: string;
  /** Further condition keys of the request, by their names in lower case. */
  keys?: Record<string, string>;
}

/** Returns the caller as resource policies may name it: by account, by ARN and, in a role's session, by the role's ARN. */
export function principalOf({ account, region, principal }: Caller): ["AWS", ...string[]] {
  const role = roleOf(principal);
  return [
    "AWS",
    account,
    principal,
    ...(role === undefined ? [] : [`arn:${partitionOf(region)}:iam::${account}:role/${role}`]),
  ];
}

/** Returns the global condition keys that every request has. The emulator stands for AWS, whose endpoints take TLS. */
export function callerKeys({ world, account, region, principal }: Caller): Record<string, string> {
  const role = roleOf(principal);
  const organization = organizationOf(world, account);
  return {
    "aws:principalaccount": account,
    "aws:principalarn": role === undefined ? principal : `arn:${partitionOf(region)}:iam::${account}:role/${role}`,
    "aws:principaltype": role === undefined ? "User" : "AssumedRole",
    "aws:requestedregion": region,
    "aws:securetransport": "true",
    ...(organization && { "aws:principalorgid": organization.id }),
  };
}

/**
 * Holds a call against the policy that the seed gives the caller's role. Callers that are no role, and roles without a
 * policy, may do everything. Throws the error that AWS gives.
 */
export function checkIdentityPolicy(context: Caller, wanted: RequestedAccess): void {
  const policy = policyOf(context);
  if (policy === undefined) return;
  const { action, resource, code = "AccessDeniedException" } = wanted;
  const access = { action, resource, context: { ...callerKeys(context), ...wanted.keys } };
  if (allows(policy, access)) return;
  const reason = denies(policy, access)
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${action} action`;
  throw new ServiceError(code, notAuthorized(context, wanted, reason));
}

/** Returns AWS's words for a refused access. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function notAuthorized({ principal }: Caller, { action, resource }: RequestedAccess, reason: string): string {
  // S3 alone puts its resources in quotation marks.
  const shown = /^arn:[^:]+:s3:::/.test(resource) ? `"${resource}"` : resource;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${shown} ${reason}`;
}

type Caller = Pick<Context, "world" | "account" | "region" | "principal">;

function policyOf({ world, account, principal }: Caller) {
  const role = roleOf(principal);
  return role === undefined
    ? undefined
    : new Map(Object.entries(world.seed.accounts[account]?.roles ?? {})).get(role)?.policy;
}

/** Returns the name of the role whose session the principal is. */
function roleOf(principal: string): string | undefined {
  return /^arn:aws[-a-z]*:sts::\d{12}:assumed-role\/([^/]+)\//.exec(principal)?.[1];
}
