import { partitionOf } from "../partitions.ts";
import type { Account, Variables } from "../spec/index.ts";

/** One account and Region. */
export interface Target {
  /** 12 digits. */
  account: string;
  region: string;
  /** What the spec says of the account. */
  named?: Account;
  /** The account's name: the spec's or, for an account found in a unit, AWS Organizations'. */
  accountName?: string;
  /** Whether it is the account that the ambient credentials belong to. */
  isCaller: boolean;
}

/** Returns the target as names and messages write it, `account/region`. */
export const targetName = ({ account, region }: Pick<Target, "account" | "region">): string => `${account}/${region}`;

/** Returns what each `${…}` stands for in a target. */
export function variablesOf({ account, region, accountName }: Target): Variables {
  return { "account.id": account, "account.name": accountName, region, partition: partitionOf(region) };
}
