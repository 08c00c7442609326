import { partitionOf } from "./partition.ts";
import type { PolicyDocument, Statement } from "./policy.ts";
import type { Seed, UnitSeed } from "./seed.ts";

/**
 * Returns the bucket policy that AWS documents for delivery by resource data syncs, for all accounts of the seed and, where it
 * has one, its organization.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 */
export function deliveryPolicy(bucket: Named, seed: Seed): PolicyDocument {
  const principal = { Service: "ssm.amazonaws.com" };
  const accounts = accountsOf(seed);
  const arn = arnOf(bucket);
  const statements: Statement[] = [
    {
      Sid: "SSMBucketPermissionsCheck",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:GetBucketAcl",
      Resource: arn,
    },
    {
      Sid: "SSMBucketDelivery",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObject",
      Resource: accounts.flatMap((account) => [`${arn}/*/accountid=${account}/*`, `${arn}/accountid=${account}/*`]),
      Condition: {
        StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": accounts },
        ArnLike: {
          "aws:SourceArn": accounts.map(
            (account) => `arn:${partitionOf(bucket.region)}:ssm:*:${account}:resource-data-sync/*`,
          ),
        },
      },
    },
  ];
  if (seed.organization) statements.push(...organizationStatements(arn, seed.organization.id));
  return { Version: "2012-10-17", Statement: statements };
}

/** Returns the policy of a bucket that takes the delivery for every account. */
export function openDelivery(bucket: Named): PolicyDocument {
  const arn = arnOf(bucket);
  const statement: Statement = {
    Sid: "SSMBucketDelivery",
    Effect: "Allow",
    Principal: { Service: "ssm.amazonaws.com" },
    Action: ["s3:GetBucketAcl", "s3:PutObject", "s3:PutObjectTagging"],
    Resource: [arn, `${arn}/*`],
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** A bucket's name and where it is. */
interface Named {
  name: string;
  region: string;
}

function arnOf({ name, region }: Named): string {
  return `arn:${partitionOf(region)}:s3:::${name}`;
}

/** Returns every account that the seed names anywhere. */
function accountsOf(seed: Seed): string[] {
  const accounts = new Set(Object.keys(seed.accounts));
  for (const { account } of Object.values(seed.buckets)) accounts.add(account);
  if (seed.organization) {
    accounts.add(seed.organization.management);
    for (const unit of Object.values(seed.organization.units)) addUnit(unit, accounts);
  }
  return [...accounts].toSorted();
}

function addUnit(unit: UnitSeed, accounts: Set<string>): void {
  for (const account of unit.accounts) accounts.add(account);
  for (const child of Object.values(unit.units)) addUnit(child, accounts);
}

function organizationStatements(arn: string, organization: string): Statement[] {
  const principal = { Service: "ssm.amazonaws.com" };
  const resource = `${arn}/*/accountid=*/*`;
  return [
    {
      Sid: "SSMBucketDeliveryOrganization",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObject",
      Resource: resource,
      Condition: {
        StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceOrgID": organization },
      },
    },
    {
      Sid: "SSMBucketDeliveryTagging",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObjectTagging",
      Resource: resource,
    },
  ];
}

/** Returns the statements of a bucket that everybody may read. */
export function publicReading(bucket: Named): Statement[] {
  return [
    {
      Sid: "PublicRead",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `${arnOf(bucket)}/*`,
    },
  ];
}

/**
 * Returns the statements that AWS documents against writes which do not ask for an encryption, or for a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function encryptedWriting(bucket: Named, required: string): Statement[] {
  const isKey = required.startsWith("arn:");
  const deny = (Sid: string, condition: Record<string, string>): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: `${arnOf(bucket)}/*`,
    Condition: { StringNotEquals: condition },
  });
  const algorithm = deny("DenyOtherEncryption", { "s3:x-amz-server-side-encryption": isKey ? "aws:kms" : required });
  if (!isKey) return [algorithm];
  return [algorithm, deny("DenyOtherKeys", { "s3:x-amz-server-side-encryption-aws-kms-key-id": required })];
}
