import type {
  Account,
  DescribeAccountRequest,
  DescribeAccountResponse,
  ListAccountsForParentRequest,
  ListAccountsForParentResponse,
  ListAccountsRequest,
  ListAccountsResponse,
} from "@aws-sdk/client-organizations";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { administratorOf, checkParent, pageOfItems } from "./access.ts";
import { arnPrefix, membersOf, parentOf } from "./organization.ts";
import type { Organization } from "./organization.ts";

/** Returns one member account. */
export function DescribeAccount({ AccountId = "" }: DescribeAccountRequest, context: Context): DescribeAccountResponse {
  const organization = administratorOf(context);
  if (membersOf(context.world).includes(AccountId)) return { Account: accountOf(AccountId, organization, context) };
  throw new ServiceError("AccountNotFoundException", "You specified an account that doesn't exist.");
}

/** Lists all member accounts. */
export function ListAccounts(input: ListAccountsRequest, context: Context): ListAccountsResponse {
  const organization = administratorOf(context);
  const { page, next } = pageOfItems(membersOf(context.world), input, (id) => id);
  return { Accounts: page.map((id) => accountOf(id, organization, context)), NextToken: next };
}

/** Returns the accounts right under the parent, not those of its units. */
export function ListAccountsForParent(
  input: ListAccountsForParentRequest,
  context: Context,
): ListAccountsForParentResponse {
  const organization = administratorOf(context);
  const { ParentId = "" } = input;
  checkParent(organization, ParentId, context);
  const children = membersOf(context.world).filter((id) => parentOf(context.world, organization, id) === ParentId);
  const { page, next } = pageOfItems(children, input, (id) => id);
  return { Accounts: page.map((id) => accountOf(id, organization, context)), NextToken: next };
}

/** Returns the seed's address of an account, or one made up from its number. */
export function emailOf(account: string, { world }: Context): string {
  return world.seed.accounts[account]?.email ?? `aws+${account}@example.com`;
}

/** Seeded accounts joined before the emulator: their times stand still. */
const joinedAt = new Date("2025-01-01T00:00:00Z");

function accountOf(id: string, organization: Organization, context: Context): Account {
  return {
    Id: id,
    Arn: `${arnPrefix(organization, context.region)}:account/${organization.id}/${id}`,
    Email: emailOf(id, context),
    Name: context.world.seed.accounts[id]?.name ?? id,
    Status: "ACTIVE",
    State: "ACTIVE",
    JoinedMethod: id === organization.management ? "INVITED" : "CREATED",
    JoinedTimestamp: joinedAt,
  };
}
