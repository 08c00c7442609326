import { pageOf } from "../../world/pages.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { organizationOf, rootOf, unitsOf } from "./organization.ts";
import type { Organization } from "./organization.ts";

/** Returns the caller's organization. Throws where the account is in none. */
export function organizationOfCaller({ world, account }: Context): Organization {
  const organization = organizationOf(world, account);
  if (organization) return organization;
  throw new ServiceError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.");
}

/** Returns the organization for those who may look into it: the management account and delegated administrators. */
export function administratorOf(context: Context): Organization {
  const organization = organizationOfCaller(context);
  const { management, delegatedAdministrator } = organization;
  if (context.account === management || context.account === delegatedAdministrator) return organization;
  throw new ServiceError("AccessDeniedException", "You don't have permissions to access this resource.");
}

/** Throws ParentNotFoundException unless the id is the root's or a unit's. */
export function checkParent(organization: Organization, id: string, { world }: Context): void {
  if (id === rootOf(organization) || unitsOf(world).some((unit) => unit.id === id)) return;
  throw new ServiceError("ParentNotFoundException", "You specified parent that doesn't exist.");
}

interface Paging {
  NextToken?: string | undefined;
  MaxResults?: number | undefined;
}

/** Returns a page of items, at most twenty unless another number is asked for, and the token of the next one. */
export function pageOfItems<T>(
  items: T[],
  { NextToken, MaxResults = 20 }: Paging,
  key: (item: T) => string,
): { page: T[]; next?: string } {
  return pageOf(items, {
    token: NextToken,
    size: MaxResults,
    key,
    invalidToken: () =>
      new ServiceError("InvalidInputException", "You provided an invalid next token.", {
        members: { Reason: "INVALID_NEXT_TOKEN" },
      }),
  });
}
