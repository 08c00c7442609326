import { partitionOf } from "../partitions.ts";

/** A statement of a bucket or key policy, as AWS writes it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Principal: { Service: string };
  Action: string | string[];
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** What a sync's delivery to S3 needs to be allowed for. */
export interface Delivery {
  account: string;
  region: string;
  bucketName: string;
  prefix?: string;
  awsKmsKeyArn?: string;
  organization?: boolean;
}

/**
 * Returns the bucket policy statements with which SSM may deliver one account's Inventory.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export function bucketPolicy(delivery: Delivery): Statement[] {
  const { account, region, bucketName, prefix, awsKmsKeyArn, organization } = delivery;
  const bucket = `arn:${partitionOf(region)}:s3:::${bucketName}`;
  const Resource = `${bucket}/${prefix ? `${prefix}/` : ""}*/accountid=${organization ? "*" : account}/*`;
  const equals = {
    "s3:x-amz-acl": "bucket-owner-full-control",
    ...(organization ? { "aws:SourceOrgID": "<id of your organization>" } : { "aws:SourceAccount": account }),
    ...(awsKmsKeyArn && {
      "s3:x-amz-server-side-encryption": "aws:kms",
      "s3:x-amz-server-side-encryption-aws-kms-key-id": awsKmsKeyArn,
    }),
  };
  const base = { Effect: "Allow", Principal: { Service: "ssm.amazonaws.com" } } as const;
  const delivered: Statement = {
    // A policy's statement ids are unique, and the bucket of a fleet has this statement for each account.
    Sid: organization ? "SSMBucketDelivery" : `SSMBucketDelivery${account}`,
    ...base,
    Action: "s3:PutObject",
    Resource,
    Condition: { StringEquals: equals, ...(!organization && { ArnLike: { "aws:SourceArn": syncs(delivery) } }) },
  };
  const check: Statement = { Sid: "SSMBucketPermissionsCheck", ...base, Action: "s3:GetBucketAcl", Resource: bucket };
  const tagging: Statement = { Sid: "SSMBucketDeliveryTagging", ...base, Action: "s3:PutObjectTagging", Resource };
  return organization ? [check, delivered, tagging] : [check, delivered];
}

/**
 * Returns the key policy statement with which SSM may encrypt what it delivers.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export function deliveryKeyPolicy(delivery: Delivery): Statement[] {
  return [
    {
      Sid: "ssm-access-policy-statement",
      Effect: "Allow",
      Principal: { Service: "ssm.amazonaws.com" },
      Action: "kms:GenerateDataKey",
      Resource: delivery.awsKmsKeyArn ?? "*",
      Condition: {
        StringLike: { "aws:SourceAccount": delivery.account },
        ArnLike: { "aws:SourceArn": syncs(delivery) },
      },
    },
  ];
}

/**
 * Returns the key policy statements with which SageMaker Catalog may export into an encrypted table, and S3 Tables maintain it.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/adminguide/sagemaker-unified-studio-export-asset-metadata-kms-permissions.html
 */
export function exportKeyPolicy(account: string, region: string): Statement[] {
  const tables = `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog/*`;
  return [
    {
      Sid: "AllowCatalogExport",
      Effect: "Allow",
      Principal: { Service: "systemtables.sagemaker-catalog.amazonaws.com" },
      Action: ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
    {
      Sid: "AllowTableMaintenance",
      Effect: "Allow",
      Principal: { Service: "maintenance.s3tables.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringLike: { "kms:EncryptionContext:aws:s3:arn": tables } },
    },
  ];
}

function syncs({ account, region }: Delivery): string {
  return `arn:${partitionOf(region)}:ssm:*:${account}:resource-data-sync/*`;
}
