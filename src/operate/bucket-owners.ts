import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { connect } from "../aws/index.ts";
import type { TargetToRead } from "../targets/index.ts";
import type { FoundBucket, FoundTarget } from "./discovery.ts";

/**
 * Finds the account that owns each destination bucket. Accounts are asked for their own buckets one after another, the caller's first, then
 * those that deliver, until every bucket has an owner: S3 tells the owner of a bucket to nobody else.
 */
export async function ownersOfBuckets(
  found: readonly FoundTarget[],
  targets: readonly TargetToRead[],
  caller?: string,
  signal?: AbortSignal,
): Promise<FoundBucket[]> {
  const delivered = new Map<string, { syncs: number; accounts: Set<string> }>();
  for (const { account, syncs } of found) {
    for (const { destination } of syncs) {
      if (destination === undefined) continue;
      const bucket = delivered.get(destination.bucket) ?? { syncs: 0, accounts: new Set<string>() };
      delivered.set(destination.bucket, bucket);
      bucket.syncs++;
      bucket.accounts.add(account);
    }
  }
  const delivering = new Set([...delivered.values()].flatMap(({ accounts }) => [...accounts]));
  const rank = ({ account, role }: TargetToRead) =>
    account === caller || role === undefined ? 0 : delivering.has(account) ? 1 : 2;
  const askable = [...Map.groupBy(targets, ({ account }) => account).values()]
    .map(([target]) => target!)
    .toSorted((a, b) => rank(a) - rank(b));
  const open = new Set(delivered.keys());
  const owners = new Map<string, string>();
  let unasked = 0;
  for (const target of askable) {
    if (open.size === 0) break;
    const bucketNames = await listBucketNames(target, signal).catch(() => undefined);
    signal?.throwIfAborted();
    if (bucketNames === undefined) unasked++;
    for (const bucket of bucketNames ?? []) if (open.delete(bucket)) owners.set(bucket, target.account);
  }
  return [...delivered]
    .map(([bucket, { syncs }]) => {
      const owner = owners.get(bucket);
      return { bucket, owner: owner ?? null, syncs, unasked: owner === undefined ? unasked : 0 };
    })
    .toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1));
}

async function listBucketNames(target: TargetToRead, signal?: AbortSignal): Promise<string[]> {
  const s3 = (await connect(target, { signal })).s3();
  const names: string[] = [];
  let token: string | undefined;
  do {
    const answer = await s3.send(new ListBucketsCommand({ ContinuationToken: token }));
    names.push(...(answer.Buckets ?? []).flatMap(({ Name }) => Name ?? []));
    token = answer.ContinuationToken || undefined;
  } while (token);
  return names;
}
