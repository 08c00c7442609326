import { pageOf } from "../../world/pages.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context, Handlers } from "../../world/handler.ts";
import type { ListRegionsRequest, ListRegionsResponse } from "./client.ts";
import { regionsOf } from "./regions.ts";

/** Which Regions an account has. */
export const handlers = { ListRegions } satisfies Handlers;

const pageSize = 50;

function ListRegions(input: ListRegionsRequest, { world, account }: Context): ListRegionsResponse {
  if (input.AccountId !== undefined && input.AccountId !== account) {
    throw new ServiceError("AccessDeniedException", "User is not authorized to access the account.");
  }
  const wanted = input.RegionOptStatusContains;
  const regions = regionsOf(world, account).filter(({ RegionOptStatus }) => wanted?.includes(RegionOptStatus) ?? true);
  const { page, next } = pageOf(regions, {
    token: input.NextToken,
    size: input.MaxResults ?? pageSize,
    key: ({ RegionName }) => RegionName,
    invalidToken: () => new ServiceError("ValidationException", "Invalid NextToken."),
  });
  return { Regions: page, NextToken: next };
}
