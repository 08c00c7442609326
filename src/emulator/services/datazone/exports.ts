import { partitionOf } from "../../world/partition.ts";
import type { RegionalContext } from "../../world/handler.ts";
import type { Encryption, Slice } from "../../world/world.ts";
import { removalState } from "./removals.ts";

/** One domain's export setting. */
export interface DataExport {
  domain: string;
  enabled: boolean;
  status: "COMPLETED" | "FAILED";
  /** As the last Put gave it; absent stands for the default, which Get leaves out. */
  encryption: Encryption | undefined;
  createdAt: Date;
  updatedAt: Date;
  /** When the table will exist, where Put answers before it does. */
  tableDueAt: Date | undefined;
}

/** What an account and Region hold of exports: one configuration at most, and whose table lies in the slot. */
export interface Exports {
  current: DataExport | undefined;
  /** The domain that last had the table made or filled. */
  tableOwner: string | undefined;
  /** Client tokens that were used, with the input they came with. */
  tokens: Map<string, string>;
}

/** The exports of each account and Region. */
export const exportsSlice: Slice<Exports> = {
  name: "exports",
  initial: () => ({ current: undefined, tableOwner: undefined, tokens: new Map() }),
};

/** Returns what an account and Region hold of exports. The setting of a domain that is gone has gone with it. */
export function exportsOf(at: RegionalContext): Exports {
  const exports = at.world.regional(exportsSlice, at.account, at.region);
  const { current } = exports;
  if (current && removalState(current.domain, at) === "DELETED") exports.current = undefined;
  return exports;
}

/** How an export is encrypted whose Put asked for nothing. */
export const defaultEncryption: Encryption = { sseAlgorithm: "AES256" };

/** Returns the ARN of the table bucket that exports of an account and Region fill. */
export function exportBucketArn({ account, region }: Pick<RegionalContext, "account" | "region">): string {
  return `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
}
