import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { connect } from "../aws/index.ts";
import type { TargetToRead } from "../targets/index.ts";
import type { FoundSync } from "./discovery.ts";
import type { Arrival } from "./health.ts";

/**
 * Looks in the bucket for what a sync has delivered from this account and Region, by one listing of at most 1,000 objects. SSM writes
 * `<prefix>/AWS:InstanceInformation/accountid=<account>/region=<region>/` for every managed instance.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-query-athena.html
 */
export async function arrivalOf(
  { account, region }: Pick<TargetToRead, "account" | "region">,
  { destination }: FoundSync,
  reader: TargetToRead,
  signal?: AbortSignal,
): Promise<Arrival | undefined> {
  if (destination === undefined) return undefined;
  const folder = destination.prefix ? `${destination.prefix}/` : "";
  try {
    const clients = await connect(reader, { signal });
    const { Contents = [] } = await clients.s3(destination.region).send(
      new ListObjectsV2Command({
        Bucket: destination.bucket,
        Prefix: `${folder}AWS:InstanceInformation/accountid=${account}/region=${region}/`,
      }),
    );
    const newest = Math.max(...Contents.map(({ LastModified }) => LastModified?.getTime() ?? 0));
    return Number.isFinite(newest) ? { newest: new Date(newest).toISOString() } : {};
  } catch (error) {
    signal?.throwIfAborted();
    return { refused: (error as Error).message };
  }
}
