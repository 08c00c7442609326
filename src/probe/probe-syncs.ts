import { CreateBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { BucketLocationConstraint, CreateBucketCommandInput } from "@aws-sdk/client-s3";
import { CreateResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type {
  CreateResourceDataSyncCommandInput,
  ResourceDataSyncItem,
  ResourceDataSyncS3Destination,
} from "@aws-sdk/client-ssm";
import { partitionOf } from "../aws/index.ts";
import { syncsOf } from "./before.ts";
import type { Bench } from "./bench.ts";
import { entryOf } from "./ledger.ts";
import type { Made } from "./ledger.ts";
import { refusalOf } from "./refusal.ts";

type SyncType = "SyncToDestination" | "SyncFromSource";

/** Makes a bucket that takes this account's delivery, once a run, and returns it as a sync's destination. */
export async function makeDeliveryBucket(bench: Bench): Promise<ResourceDataSyncS3Destination> {
  const { account, region, clients, ledger } = bench.target;
  const Bucket = bench.name(account);
  const destination = { BucketName: Bucket, Region: region, SyncFormat: "JsonSerDe" } as const;
  if (entryOf(ledger, { kind: "bucket", name: Bucket })?.mark === "open") return destination;
  const input: CreateBucketCommandInput = {
    Bucket,
    ...(region !== "us-east-1" && {
      CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
    }),
  };
  await bench.make({ kind: "bucket", name: Bucket }, () => clients.s3.send(new CreateBucketCommand(input)));
  const arn = `arn:${partitionOf(region)}:s3:::${Bucket}`;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ssm.amazonaws.com" },
        Action: ["s3:GetBucketAcl", "s3:PutObject", "s3:PutObjectTagging"],
        Resource: [arn, `${arn}/*`],
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  });
  await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy, ExpectedBucketOwner: account }));
  await bench.mark({ kind: "bucket", name: Bucket }, "open");
  return destination;
}

/** Creates a sync of the probe's; a policy that is not known everywhere yet is waited for. */
export async function createSync(
  bench: Bench,
  type: SyncType,
  input: CreateResourceDataSyncCommandInput,
): Promise<void> {
  const { clients } = bench.target;
  const made: Made = { kind: "sync", name: input.SyncName!, type };
  const send = () => clients.ssm.send(new CreateResourceDataSyncCommand({ ...input, SyncType: type }));
  let refused: Error | undefined;
  await bench.until(
    async () => {
      refused = await refusalOf(bench.make(made, send));
      return !/S3 write failed for bucket/.test(refused?.message ?? "");
    },
    60_000,
    3_000,
  );
  if (refused !== undefined) throw refused;
}

/** Returns a source of this account and Region alone, with every switch off. */
export function sourceOfTarget({ target }: Bench) {
  return {
    SourceType: "SingleAccountMultiRegions",
    SourceRegions: [target.region],
    IncludeFutureRegions: false,
    EnableAllOpsDataSources: false,
  };
}

/** Returns a sync as it is listed; `undefined` where it is not. */
export async function listedSync(
  bench: Bench,
  type: SyncType,
  name: string,
): Promise<ResourceDataSyncItem | undefined> {
  return (await syncsOf(bench.target, type)).find(({ SyncName }) => SyncName === name);
}
