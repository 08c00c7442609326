import { accountOf, bucketPolicy, deliveryKeyPolicy, partitionOf, verdictOf } from "../../src/aws/index.ts";
import type { Clients, PolicyRequest } from "../../src/aws/index.ts";
import { organizationIdOf } from "../access/organization-id.ts";
import { bucketFacts, keyFacts } from "./delivery-facts.ts";
import type { DeliveryBucket, DeliveryKey } from "./delivery-facts.ts";
import { asksForOrganization, unjudgedFindings, unreadFinding } from "./unjudged-conditions.ts";
import type { DeliverySource, JudgedRequest } from "./unjudged-conditions.ts";
import { policiesOfAll } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

const bucketProperty = "s3Destination.bucketName";

/** Finds what would keep SSM from delivering to the bucket of a sync: the bucket, its policy, and the key's. Reads only. */
export async function deliveryFindings(desired: SyncSettings, work: Work): Promise<Finding[]> {
  const { s3Destination: destination } = desired;
  if (!destination) return [];
  const { bucketName, region, awsKmsKeyArn } = destination;
  const [bucket, key]: [DeliveryBucket, DeliveryKey] = await Promise.all([
    lookOnce(
      work,
      `bucket ${bucketName}`,
      (clients) => bucketFacts(clients, bucketName, region),
      work.soleUserOf?.(bucketName),
    ),
    awsKmsKeyArn === undefined
      ? {}
      : lookOnce(work, `key ${awsKmsKeyArn}`, (clients) => keyFacts(clients, awsKmsKeyArn), accountOf(awsKmsKeyArn)),
  ]);
  const shared = destination.destinationDataSharing !== undefined;
  const policies: (string | undefined)[] = [bucket.policy, key.policy];
  const asks = shared || policies.some((policy) => policy !== undefined && asksForOrganization(policy));
  const source = sourceOf(desired, asks ? await organizationIdOf(work.clients) : undefined);
  return [
    ...(shared && !("aws:sourceorgid" in source) ? [outside(desired)] : []),
    ...bucketFindings(desired, bucket, source),
    ...keyFindings(desired, key, source),
  ];
}

/** AWS shares the sync of a member of an organization only. */
function outside({ account }: SyncSettings): Finding {
  return {
    code: "organization-access",
    severity: "error",
    property: "s3Destination.destinationDataSharing",
    message: `The account ${account} belongs to no organization with which its sync could be shared.`,
    cure: "Leave `share` out.",
  };
}

/** The bucket and key of a fleet are the same for many syncs, and only the account that owns them may look at their policies. */
async function lookOnce<T extends { denied?: string }>(
  work: Work,
  key: string,
  look: (clients: Clients) => Promise<T>,
  owner?: string,
): Promise<T> {
  return work.share ? work.share(key, look, ({ denied }) => denied === undefined, owner) : look(work.clients);
}

function bucketFindings(
  desired: SyncSettings,
  { exists, region, isLocked, lockDenied, policy, denied }: DeliveryBucket,
  source: DeliverySource,
): Finding[] {
  const { account, s3Destination } = desired;
  const { bucketName, region: wanted } = s3Destination!;
  const writing = `Whether SSM may write to the bucket ${bucketName}`;
  const found = (code: Finding["code"], message: string, cure: string): Finding[] => [
    { code, severity: "error", property: bucketProperty, message, cure },
  ];
  if (!exists) {
    return found("bucket-missing", `The bucket ${bucketName} does not exist.`, "Create it, or name one that exists.");
  }
  if (region !== undefined && region !== wanted) {
    const message = `The bucket ${bucketName} is in ${region}, not in ${wanted}.`;
    return found("bucket-region", message, `Write region: ${region}.`);
  }
  if (denied !== undefined) {
    return [unreadFinding(bucketProperty, writing, denied, bucketReading(bucketName))];
  }
  if (isLocked) {
    const message = `The bucket ${bucketName} retains objects by Object Lock, and Systems Manager writes without the checksum that S3 asks for then.`;
    return found("bucket-locked", message, "Remove the bucket's default retention, or name another bucket.");
  }
  const statements = bucketPolicy(deliveryOf(desired));
  const requests = judged(policy, requestsOf(desired, source));
  const refusals = refused(requests, {
    code: "bucket-policy",
    what: `SSM may not write to the bucket ${bucketName} for account ${account}`,
    cure: `The bucket's policy needs: ${JSON.stringify({ Version: "2012-10-17", Statement: statements })}\n${policiesOfAll}`,
    property: bucketProperty,
  });
  const unjudged = { what: writing, property: bucketProperty, source };
  if (refusals.length === 0) refusals.push(...unjudgedFindings(policy, requests, unjudged));
  if (lockDenied === undefined) return refusals;
  const what = `Whether the bucket ${bucketName} retains objects by Object Lock, so that SSM may not write to it,`;
  return [...refusals, unreadFinding(bucketProperty, what, lockDenied, bucketReading(bucketName))];
}

/**
 * Who has to be allowed what, so that a bucket's rules are known.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html tells them to the bucket's own account only
 */
const bucketReading = (bucket: string): string =>
  `s3:GetBucketPolicy and s3:GetBucketObjectLockConfiguration on ${bucket} to the role of a target in the bucket's own account, since S3 tells them to no other account,`;

function keyFindings(desired: SyncSettings, { state, policy, denied }: DeliveryKey, source: DeliverySource): Finding[] {
  const { account, s3Destination } = desired;
  const { awsKmsKeyArn: key, region } = s3Destination!;
  if (key === undefined) return [];
  const property = "s3Destination.awsKmsKeyArn";
  const unusable = (what: string, cure: string): Finding[] => [
    { code: "key-unusable", severity: "error", property, message: `The key ${key} ${what}.`, cure },
  ];
  if (key.split(":")[3] !== region) {
    return unusable(`is not in ${region}, where the bucket is`, `Name a key of ${region}.`);
  }
  if (state === "missing") return unusable("does not exist", "Correct it, or create the key.");
  if (state !== undefined && state !== "Enabled") return unusable(`is ${state}`, "Enable it, or name another one.");
  if (denied !== undefined) {
    return [
      unreadFinding(
        property,
        `Whether SSM may encrypt with the key ${key}`,
        denied,
        `kms:DescribeKey and kms:GetKeyPolicy on ${key}`,
      ),
    ];
  }
  const request = {
    service: "ssm.amazonaws.com",
    action: "kms:GenerateDataKey",
    resource: key,
    // Such as kms:ViaService and kms:EncryptionContext: what S3 tells KMS of a delivery is documented nowhere.
    context: { ...source, "kms:*": undefined },
  };
  const requests = judged(policy, [request]);
  const refusals = refused(requests, {
    code: "key-policy",
    what: `SSM may not encrypt with the key ${key} for account ${account}`,
    cure: `The key's policy needs: ${JSON.stringify(deliveryKeyPolicy(deliveryOf(desired)))}\n${policiesOfAll}`,
    property,
  });
  if (refusals.length > 0) return refusals;
  return unjudgedFindings(policy, requests, { what: `Whether SSM may encrypt with the key ${key}`, property, source });
}

/** The requests that SSM makes of the bucket before it answers a create. */
function requestsOf(desired: SyncSettings, source: DeliverySource): PolicyRequest[] {
  const { account, region, s3Destination } = desired;
  const { bucketName, prefix, awsKmsKeyArn, destinationDataSharing } = s3Destination!;
  const folder = prefix ? `${prefix}/` : "";
  const resource = `arn:${partitionOf(region)}:s3:::${bucketName}/${folder}AWS:InstanceInformation/accountid=${account}/region=${region}/resourcetype=ManagedInstanceInventory/x.json`;
  const write = {
    service: "ssm.amazonaws.com",
    action: "s3:PutObject",
    resource,
    context: {
      ...source,
      "s3:x-amz-acl": "bucket-owner-full-control",
      ...(awsKmsKeyArn !== undefined && {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": awsKmsKeyArn,
      }),
    },
  };
  const tag = { ...write, action: "s3:PutObjectTagging", context: source };
  return [write, ...(destinationDataSharing ? [tag] : [])];
}

/** @param organization its id; null for an account in none, whose requests lack that key */
function sourceOf(
  { account, region, syncName }: SyncSettings,
  organization: string | null | undefined,
): DeliverySource {
  return {
    "aws:sourceaccount": account,
    "aws:sourcearn": `arn:${partitionOf(region)}:ssm:${region}:${account}:resource-data-sync/${syncName}`,
    ...(organization !== null && { "aws:sourceorgid": organization }),
    "aws:resourceaccount": undefined,
    "aws:resourceorgid": undefined,
    "aws:requestedregion": undefined,
    "aws:securetransport": "true",
    "aws:principalisawsservice": "true",
    "aws:principalservicename": "ssm.amazonaws.com",
  };
}

interface Refusal extends Pick<Finding, "code" | "property"> {
  what: string;
  cure: string;
}

function judged(policy: string | undefined, requests: readonly PolicyRequest[]): JudgedRequest[] {
  return requests.map((request) => ({ request, verdict: verdictOf(policy, request) }));
}

function refused(requests: readonly JudgedRequest[], { what, cure, code, property }: Refusal): Finding[] {
  const verdicts = requests.map(({ verdict: each }) => each);
  const verdict = verdicts.find((each) => each === "denied") ?? verdicts.find((each) => each === "notAllowed");
  if (verdict === undefined) return [];
  const message = verdict === "denied" ? `${what}: a statement of its policy denies it.` : `${what}.`;
  return [{ code, severity: "error", property, message, cure }];
}

function deliveryOf({ account, region, s3Destination }: SyncSettings) {
  const { destinationDataSharing, ...destination } = s3Destination!;
  return { ...destination, account, region, organization: destinationDataSharing !== undefined };
}
