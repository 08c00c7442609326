import type { Handlers } from "../../world/handler.ts";
import { DescribeAccount, ListAccounts, ListAccountsForParent } from "./accounts.ts";
import { ListAWSServiceAccessForOrganization, ListDelegatedAdministrators } from "./delegation.ts";
import { DescribeOrganization, ListRoots } from "./describe-organization.ts";
import { ListChildren, ListParents } from "./tree.ts";
import { DescribeOrganizationalUnit, ListOrganizationalUnitsForParent } from "./units.ts";

/** The seeded organization, read-only. */
export const handlers = {
  DescribeOrganization,
  ListRoots,
  DescribeOrganizationalUnit,
  ListOrganizationalUnitsForParent,
  DescribeAccount,
  ListAccounts,
  ListAccountsForParent,
  ListChildren,
  ListParents,
  ListDelegatedAdministrators,
  ListAWSServiceAccessForOrganization,
} satisfies Handlers;
