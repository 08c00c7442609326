import { partitionOf } from "../../world/partition.ts";
import type { ResourceDataSyncS3Destination } from "@aws-sdk/client-ssm";
import { allows } from "../../world/policy.ts";
import type { RegionalContext, ServiceError } from "../../world/handler.ts";
import { organizationOf } from "../organizations/organization.ts";
import { serviceMayUse } from "../kms/keys.ts";
import { missingDigestMessage } from "../s3/lock.ts";
import { invalidConfiguration } from "./syncs.ts";

const servicePrincipal = "ssm.amazonaws.com";

/** Refuses as an invalid configuration what Systems Manager cannot write to: a create writes to the bucket before it answers. */
export function checkDelivery(
  name: string,
  destination: ResourceDataSyncS3Destination,
  context: RegionalContext,
): void {
  const problem = deliveryProblem(name, destination, context);
  if (problem) throw problem;
}

/** Returns why Systems Manager cannot write to the bucket, by the bucket's and the key's policies. */
export function deliveryProblem(
  name: string,
  { BucketName = "", Prefix, Region, AWSKMSKeyARN, DestinationDataSharing }: ResourceDataSyncS3Destination,
  { world, account, region }: RegionalContext,
): ServiceError | undefined {
  const failed = (reason: string) => invalidConfiguration(`S3 write failed for bucket ${BucketName}: ${reason}`);
  const bucket = world.buckets.get(BucketName);
  if (bucket === undefined) return world.open ? undefined : failed("The specified bucket does not exist");
  if (bucket.region !== Region) return failed(`The bucket is in Region ${bucket.region}, not in ${Region}`);

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
  if (bucket.lock?.days !== undefined) return failed(missingDigestMessage);

  const source = {
    "aws:sourceaccount": account,
    "aws:sourcearn": `arn:${partitionOf(region)}:ssm:${region}:${account}:resource-data-sync/${name}`,
    ...sourceOrganization(world, account),
  };
  const key = [
    Prefix,
    "AWS:InstanceInformation",
    `accountid=${account}`,
    `region=${region}`,
    "resourcetype=ManagedInstanceInventory",
    "probe.json",
  ];
  const resource = `arn:${partitionOf(bucket.region)}:s3:::${BucketName}/${key.filter(Boolean).join("/")}`;
  const encryption = AWSKMSKeyARN && {
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": AWSKMSKeyARN,
  };
  const write = { ...source, "s3:x-amz-acl": "bucket-owner-full-control", ...encryption };
  const may = (action: string, conditions: Record<string, string>) =>
    allows(bucket.policy, { principal: ["Service", servicePrincipal], action, resource, context: conditions });
  if (!may("s3:PutObject", write)) return failed("Access Denied");
  // The organization's delivery tags its objects, and the documented policy allows that apart.
  if (DestinationDataSharing && !may("s3:PutObjectTagging", source)) return failed("Access Denied");

  if (AWSKMSKeyARN === undefined) return undefined;
  if (AWSKMSKeyARN.split(":")[3] !== bucket.region) return failed("The KMS key must be in the Region of the bucket");
  const usable = serviceMayUse(world, AWSKMSKeyARN, servicePrincipal, "kms:GenerateDataKey", source);
  return usable
    ? undefined
    : failed(`Access Denied: ${servicePrincipal} may not perform kms:GenerateDataKey on ${AWSKMSKeyARN}`);
}

function sourceOrganization(world: RegionalContext["world"], account: string): Record<string, string> {
  const organization = organizationOf(world, account);
  return organization ? { "aws:sourceorgid": organization.id } : {};
}
