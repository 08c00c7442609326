import type { DescribeOrganizationResponse, ListRootsRequest, ListRootsResponse } from "@aws-sdk/client-organizations";
import type { Context } from "../../world/handler.ts";
import { emailOf } from "./accounts.ts";
import { administratorOf, organizationOfCaller, pageOfItems } from "./access.ts";
import { arnPrefix, rootOf } from "./organization.ts";

/** Returns the caller's organization: every member may ask which one it is in. */
export function DescribeOrganization(_input: object, context: Context): DescribeOrganizationResponse {
  const organization = organizationOfCaller(context);
  const { id, management, featureSet } = organization;
  return {
    Organization: {
      Id: id,
      Arn: `${arnPrefix(organization, context.region)}:organization/${id}`,
      FeatureSet: featureSet,
      MasterAccountId: management,
      MasterAccountArn: `${arnPrefix(organization, context.region)}:account/${id}/${management}`,
      MasterAccountEmail: emailOf(management, context),
      AvailablePolicyTypes: [],
    },
  };
}

/** Lists the one root of the organization. */
export function ListRoots(input: ListRootsRequest, context: Context): ListRootsResponse {
  const organization = administratorOf(context);
  const id = rootOf(organization);
  const root = {
    Id: id,
    Arn: `${arnPrefix(organization, context.region)}:root/${organization.id}/${id}`,
    Name: "Root",
    PolicyTypes: [],
  };
  const { page, next } = pageOfItems([root], input, ({ Id }) => Id);
  return { Roots: page, NextToken: next };
}
