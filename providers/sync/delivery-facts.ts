import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { GetBucketPolicyCommand, GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { isAbsent, meaningOf, statusOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";

/** What is known of a bucket; `denied` holds AWS's words where it may not be looked at. */
export interface DeliveryBucket {
  exists: boolean;
  region?: string;
  /** Whether Object Lock retains new objects by default. */
  isLocked?: boolean;
  /** AWS's words where that may not be asked. */
  lockDenied?: string;
  policy?: string;
  denied?: string;
}

/** What is known of a key. */
export interface DeliveryKey {
  state?: string;
  policy?: string;
  denied?: string;
}

/** Looks at the bucket of a delivery, in two calls: its policy, which tells where it is as well, and its retention. */
export async function bucketFacts(clients: Clients, Bucket: string, region: string): Promise<DeliveryBucket> {
  const s3 = clients.s3In(region);
  try {
    const policy = await policyOf(s3.send(new GetBucketPolicyCommand({ Bucket })));
    const lock = policy.denied === undefined ? await lockFacts(s3, Bucket) : {};
    return { exists: true, region, ...lock, ...policy };
  } catch (error) {
    if ((error as Error).name === "NoSuchBucket") return { exists: false };
    const elsewhere = regionIn(error);
    if (elsewhere === undefined) throw error;
    return { exists: true, region: elsewhere };
  }
}

/** Where S3 says that the bucket is that a request was about. */
function regionIn(error: unknown): string | undefined {
  const { $response } = error as { $response?: { headers?: Record<string, string> } };
  return $response?.headers?.["x-amz-bucket-region"];
}

/**
 * Whether objects are kept for a time by default, with which deliveries fail.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
async function lockFacts(s3: S3Client, Bucket: string): Promise<Pick<DeliveryBucket, "isLocked" | "lockDenied">> {
  try {
    const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return { isLocked: lock?.Rule?.DefaultRetention !== undefined };
  } catch (error) {
    if ((error as Error).name === "ObjectLockConfigurationNotFoundError") return { isLocked: false };
    if (statusOf(error) === 403) return { lockDenied: (error as Error).message };
    throw error;
  }
}

/** Looks at the key of a delivery, in two calls: its state and its policy. */
export async function keyFacts(clients: Clients, KeyId: string): Promise<DeliveryKey> {
  const kms = clients.kms(KeyId.split(":")[3]);
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    return {
      state: KeyMetadata?.KeyState ?? "Enabled",
      ...(await policyOf(kms.send(new GetKeyPolicyCommand({ KeyId })))),
    };
  } catch (error) {
    if (isAbsent(error)) return { state: "missing" };
    if (meaningOf(error).kind !== "denied") throw error;
    return { denied: (error as Error).message };
  }
}

async function policyOf(asked: Promise<{ Policy?: string }>): Promise<{ policy?: string; denied?: string }> {
  try {
    return { policy: (await asked).Policy };
  } catch (error) {
    if ((error as Error).name === "NoSuchBucketPolicy") return {};
    if (statusOf(error) !== 403 && meaningOf(error).kind !== "denied") throw error;
    return { denied: (error as Error).message };
  }
}
