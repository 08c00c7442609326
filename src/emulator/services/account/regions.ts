import type { World } from "../../world/world.ts";
import type { ListRegionsResponse } from "./client.ts";

/** Returns an account's Regions: every one that the seed does not disable is enabled, those of opt-in too. */
export function regionsOf(world: World, account: string): ListRegionsResponse["Regions"] {
  const { disabledRegions = [], regions = {} } = world.seed.accounts[account] ?? {};
  const names = new Set([...byDefault, ...byOptIn, ...Object.keys(regions), ...disabledRegions]);
  return [...names].map((RegionName) => ({
    RegionName,
    RegionOptStatus: disabledRegions.includes(RegionName)
      ? "DISABLED"
      : byOptIn.includes(RegionName)
        ? "ENABLED"
        : "ENABLED_BY_DEFAULT",
  }));
}

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const byDefault = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

const byOptIn = [
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "eu-south-2",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
];
