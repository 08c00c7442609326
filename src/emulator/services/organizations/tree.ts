import type {
  ListChildrenRequest,
  ListChildrenResponse,
  ListParentsRequest,
  ListParentsResponse,
} from "@aws-sdk/client-organizations";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { administratorOf, checkParent, pageOfItems } from "./access.ts";
import { membersOf, parentOf, unitsOf } from "./organization.ts";

/** Lists the accounts or units right below a unit or the root. */
export function ListChildren(input: ListChildrenRequest, context: Context): ListChildrenResponse {
  const organization = administratorOf(context);
  const { world } = context;
  const { ParentId = "", ChildType } = input;
  checkParent(organization, ParentId, context);
  const candidates = ChildType === "ACCOUNT" ? membersOf(world) : unitsOf(world).map(({ id }) => id);
  const children = candidates.filter((id) => parentOf(world, organization, id) === ParentId);
  const { page, next } = pageOfItems(children, input, (id) => id);
  return { Children: page.map((id) => ({ Id: id, Type: ChildType })), NextToken: next };
}

/** Lists the one parent of an account or unit. */
export function ListParents(input: ListParentsRequest, context: Context): ListParentsResponse {
  const organization = administratorOf(context);
  const parent = parentOf(context.world, organization, input.ChildId ?? "");
  if (parent === undefined)
    throw new ServiceError("ChildNotFoundException", "You specified a child that doesn't exist.");
  const { page, next } = pageOfItems([parent], input, (id) => id);
  return {
    Parents: page.map((id) => ({ Id: id, Type: id.startsWith("r-") ? "ROOT" : "ORGANIZATIONAL_UNIT" })),
    NextToken: next,
  };
}
