import { bucketPolicy, deliveryKeyPolicy } from "./policies.ts";
import type { Delivery } from "./policies.ts";

/** Whose delivery was refused. */
interface RefusedDelivery {
  account: string;
  region: string;
  delivery?: Omit<Delivery, "account" | "region">;
}

/**
 * Returns the cure of a delivery that S3 refuses: the policies that it needs, or the end of a retention, for which SSM writes without the checksum
 * that S3 asks for then. AWS's message does not always say which of them it is.
 */
export function deliveryCure({ account, region, delivery }: RefusedDelivery, { message }: Error): string {
  if (!delivery) return "The bucket's policy must let SSM write.";
  const { bucketName, awsKmsKeyArn } = delivery;
  const lock = `remove the default retention by Object Lock of the bucket ${bucketName}, or name another bucket`;
  if (/Object Lock|Content-MD5/i.test(message)) return `SSM cannot write where objects are retained: ${lock}.`;
  const wanted = { account, region, ...delivery };
  const bucket = JSON.stringify({ Version: "2012-10-17", Statement: bucketPolicy(wanted) }, undefined, 2);
  const key = awsKmsKeyArn
    ? `\nand the policy of the key ${awsKmsKeyArn}:\n${JSON.stringify(deliveryKeyPolicy(wanted), undefined, 2)}`
    : "";
  return (
    `SSM may not write to the bucket ${bucketName} for account ${account}. Its policy needs:\n${bucket}${key}\n` +
    `If it has that, ${lock}: SSM cannot write where objects are retained.`
  );
}
