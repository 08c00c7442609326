import { CreateTableBucketCommand } from "@aws-sdk/client-s3tables";
import type { Bench } from "./bench.ts";
import type { Made } from "./ledger.ts";
import { refusalOf } from "./refusal.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

/** More table buckets than AWS documents for an account and Region. */
const mostTableBuckets = 20;

/** Creates table buckets until there is no place; the answer comes from a further one, once AWS's own is there. */
export async function fillTableBuckets(bench: Bench): Promise<() => Promise<QuirkAnswer>> {
  const { s3tables } = bench.target.clients;
  const made: Made[] = [];
  const add = async (number: number) => {
    const bucket = { kind: "table-bucket", name: bench.name(`t${number}`) } as const;
    made.push(bucket);
    return refusalOf(bench.make(bucket, () => s3tables.send(new CreateTableBucketCommand({ name: bucket.name }))));
  };
  const end = async (answer: QuirkAnswer) => {
    for (const bucket of made) await bench.remove(bucket);
    return async () => answer;
  };
  if (bench.before.exportBucket)
    return end(unanswered("The bucket was there before: what it counts for cannot be seen."));
  let full: Error | undefined;
  let count = 0;
  while (full === undefined && count < mostTableBuckets) full = await add(++count);
  if (full === undefined || count < 2) return end(unanswered("There was no limit, or no place for two table buckets."));
  await bench.remove(made[count - 2]!);
  return async () => {
    const refused = await add(count + 1);
    await end(unanswered(""));
    return refused === undefined
      ? answered("excluded", "the last place for a table bucket was still there with AWS's own")
      : answered("counted", `AWS's own bucket took the last place: ${nameOfError(refused)}`);
  };
}
