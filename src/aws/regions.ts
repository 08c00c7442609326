import { partitionOf } from "../partitions.ts";

/**
 * The Regions that every account has. Any other is one of opt-in: an account has it only once somebody has enabled it there.
 * @see https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 */
const defaultRegions = new Set([
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
]);

/** Returns whether an account has a Region only once it is enabled there; those of the other partitions come with the account. */
export function isOptIn(region: string): boolean {
  return partitionOf(region) === "aws" && !defaultRegions.has(region);
}
