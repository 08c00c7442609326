import type {
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse,
  OrganizationalUnit,
} from "@aws-sdk/client-organizations";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { administratorOf, checkParent, pageOfItems } from "./access.ts";
import { arnPrefix, unitsOf } from "./organization.ts";
import type { Organization, Unit } from "./organization.ts";

/** Returns one unit. */
export function DescribeOrganizationalUnit(
  { OrganizationalUnitId }: DescribeOrganizationalUnitRequest,
  context: Context,
): DescribeOrganizationalUnitResponse {
  const organization = administratorOf(context);
  const unit = unitsOf(context.world).find(({ id }) => id === OrganizationalUnitId);
  if (unit) return { OrganizationalUnit: shapeOf(unit, organization, context) };
  throw new ServiceError(
    "OrganizationalUnitNotFoundException",
    "You specified an organizational unit that doesn't exist.",
  );
}

/** Lists the units right below a unit or the root. */
export function ListOrganizationalUnitsForParent(
  input: ListOrganizationalUnitsForParentRequest,
  context: Context,
): ListOrganizationalUnitsForParentResponse {
  const organization = administratorOf(context);
  const { ParentId = "" } = input;
  checkParent(organization, ParentId, context);
  const children = unitsOf(context.world).filter(({ parent }) => parent === ParentId);
  const { page, next } = pageOfItems(children, input, ({ id }) => id);
  return { OrganizationalUnits: page.map((unit) => shapeOf(unit, organization, context)), NextToken: next };
}

function shapeOf({ id, name }: Unit, organization: Organization, { region }: Context): OrganizationalUnit {
  return { Id: id, Arn: `${arnPrefix(organization, region)}:ou/${organization.id}/${id}`, Name: name };
}
