import { credentialsCause } from "./credentials-cause.ts";
import { deliveryCure } from "./delivery-cure.ts";
import { exportKeyPolicy } from "./policies.ts";
import type { Delivery } from "./policies.ts";

/** What an error of AWS says about the world. Only `absent` means that something is not there. */
export type ErrorKind =
  | "absent"
  | "exists"
  | "otherDomain"
  | "token"
  | "conflict"
  | "bucketRefused"
  | "quota"
  | "denied"
  | "throttled"
  | "retryable"
  | "invalid"
  | "credentials"
  | "cancelled"
  | "unknown";

/** What was being done, and where: what a cure can speak of. */
export interface Subject {
  account: string;
  region: string;
  /** What it is, as messages say it: `resource data sync "inventory"`. */
  resource: string;
  /** The bucket that a sync writes to. */
  delivery?: Omit<Delivery, "account" | "region">;
  /** The key that an export is encrypted with. */
  kmsKeyArn?: string;
  /** Where a table's backups go. */
  backup?: string;
}

/** One error of AWS: what it means, whether the same request may succeed later, and what to do about it. */
export interface Row {
  service?: "ssm" | "datazone" | "s3tables" | "s3" | "iam" | "glue";
  error: RegExp;
  message?: RegExp;
  kind: ErrorKind;
  retried?: boolean;
  cure: (subject: Subject, error: Error) => string;
}

/** Returns the cure of what passes by itself. */
export const retryCure = () => "Run it again in a few minutes; what was done stays done.";

/** Every error that has a meaning here. Read from the top; the first row that fits counts. */
export const table: readonly Row[] = [
  // SSM: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html
  {
    service: "ssm",
    error: /^ResourceDataSyncAlreadyExists/,
    kind: "exists",
    cure: () => "Choose another name, or take over the sync by writing its present settings.",
  },
  {
    service: "ssm",
    error: /^ResourceDataSyncNotFound/,
    kind: "absent",
    cure: () => "Something was removed behind the stack: run `sluice refresh`.",
  },
  {
    service: "ssm",
    error: /^ResourceDataSyncCountExceeded/,
    kind: "quota",
    cure: ({ account, region }) =>
      `An account has five syncs a Region. Remove one in ${account}/${region}; those of AWS itself, Inspector's for one, are not ours to remove.`,
  },
  {
    service: "ssm",
    error: /^ResourceDataSyncConflict/,
    kind: "conflict",
    retried: true,
    cure: () => "Another change of this sync is under way; run it again in some minutes.",
  },
  {
    service: "ssm",
    error: /^ResourceDataSyncInvalidConfiguration/,
    message: /S3 write failed for bucket/i,
    kind: "bucketRefused",
    retried: true,
    cure: deliveryCure,
  },
  {
    service: "ssm",
    error: /^ResourceDataSyncInvalidConfiguration/,
    kind: "invalid",
    cure: () => "Correct the settings: AWS says above what it does not accept.",
  },
  // DataZone: https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
  {
    service: "datazone",
    error: /^ConflictException/,
    message: /exists for another domain/i,
    kind: "otherDomain",
    cure: ({ account, region }, error) =>
      `${account}/${region} exports the metadata of ${holderIn(error) ?? "another domain"}, and AWS allows one domain. ` +
      `Delete that export first, or declare it here, with \`adopt: true\` where this stack does not have it, and change its domain: the switch is then planned and its table backed up.`,
  },
  {
    service: "datazone",
    error: /^ConflictException/,
    message: /while putting data export configuration/i,
    kind: "token",
    retried: true,
    cure: () =>
      "A new client token did not help. If a table of an earlier export is left there, AWS may refuse to go on with it: find out whose it is " +
      "(`sluice discover`), and if it may go, remove this export with `onRemoval: backUpAndDrop`, which drops it after a verified backup, and " +
      "add it again.",
  },
  {
    service: "datazone",
    error: /^ResourceNotFound/,
    kind: "absent",
    cure: ({ account, region }) =>
      `Make sure that the spec names a domain of ${account}/${region}; if the domain was deleted, run \`sluice refresh\`.`,
  },
  { service: "datazone", error: /^ConflictException/, kind: "conflict", retried: true, cure: retryCure },
  {
    service: "datazone",
    error: /^ValidationException/,
    message: /KMS key.*disabled/i,
    kind: "invalid",
    cure: ({ kmsKeyArn }) =>
      `Enable the key ${kmsKeyArn ?? ""} (\`aws kms enable-key\`), or name another one for a new table.`,
  },
  {
    service: "datazone",
    error: /^ValidationException/,
    message: /SSE algorithm is invalid/i,
    kind: "invalid",
    cure: () => 'A key needs the algorithm "aws:kms", and "aws:kms" needs a key.',
  },
  {
    service: "datazone",
    error: /^AccessDenied/,
    message: /kms:/i,
    kind: "denied",
    cure: ({ account, region, kmsKeyArn }) =>
      `Add to the policy of the key ${kmsKeyArn ?? ""}: ${JSON.stringify(exportKeyPolicy(account, region))}`,
  },
  {
    service: "datazone",
    error: /^UnauthorizedException/,
    kind: "denied",
    cure: () =>
      "The role must be an owner of the domain or of its domain unit, and may need permissions on the domain's own key.",
  },
  {
    service: "datazone",
    error: /^ServiceQuotaExceeded/,
    kind: "quota",
    cure: ({ account, region }) => `A quota of DataZone in ${account}/${region} is used up; ask AWS to raise it.`,
  },
  // S3 Tables and S3
  {
    service: "s3tables",
    error: /^ConflictException/,
    kind: "conflict",
    retried: true,
    cure: () => "The table changed meanwhile; run it again.",
  },
  { service: "s3", error: /^(NoSuchKey|NotFound)$/, kind: "absent", cure: retryCure },
  {
    service: "s3",
    error: /^NoSuchBucket$/,
    kind: "invalid",
    cure: ({ backup }) => `Create the bucket of ${backup ?? "the backups"} first, or name one that exists.`,
  },
  {
    service: "s3",
    error: /^KMS\.|^KMS/,
    kind: "invalid",
    cure: () =>
      "The key of the backups must be enabled and in the Region of their bucket: enable it, or name another one as `table.backupKey`.",
  },
  {
    service: "s3",
    error: /^(AccessDenied|Forbidden|403)$/,
    message: /kms:/i,
    kind: "denied",
    cure: ({ account, region }) =>
      `Allow the role that works in ${account}/${region} kms:GenerateDataKey and kms:Decrypt on that key, in its policy too, or name another key as \`table.backupKey\`.`,
  },
  {
    service: "s3",
    error: /^(AccessDenied|Forbidden|403)$/,
    kind: "denied",
    // Without s3:ListBucket, S3 says of an absent object that it is denied.
    cure: ({ backup, account, region }) =>
      `Allow the role that works in ${account}/${region} s3:GetObject, s3:PutObject and s3:ListBucket on ${backup ?? "the bucket"}, ` +
      "and s3tables:GetTableData on the exported table.",
  },
  { service: "glue", error: /^EntityNotFoundException$/, kind: "absent", cure: retryCure },
  { service: "iam", error: /^NoSuchEntity/, kind: "absent", cure: retryCure },
  // Every service
  {
    error:
      /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId|CredentialsProviderError)$/,
    kind: "credentials",
    cure: (_place, error) => credentialsCause(error)?.cure ?? "",
  },
  {
    error: /^(ResourceNotFoundException|NotFoundException)$/,
    kind: "absent",
    cure: () => "Something was removed behind the stack: run `sluice refresh`.",
  },
  {
    error: /(Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|RateExceeded)/i,
    kind: "throttled",
    cure: retryCure,
  },
  {
    error:
      /^(AccessDenied|AccessDeniedException|ForbiddenException|Forbidden|UnauthorizedException|UnauthorizedOperation|403)$/,
    kind: "denied",
    cure: ({ account, region }, error) =>
      `Allow it to the role that works in ${account}/${region}${actionIn(error)}, and look for a service control policy that denies it.`,
  },
  {
    error: /^(ValidationException|BadRequestException|.*Invalid.*)$/,
    kind: "invalid",
    cure: () => "Correct the settings: AWS says above what it does not accept.",
  },
  { error: /^AbortError$/, kind: "cancelled", cure: () => "It was cancelled; run it again to finish." },
  {
    error: /^(Internal(Server.*|Failure|Error)|ServiceUnavailable.*|ConditionalRequestConflict|.*Timeout.*)$/,
    kind: "retryable",
    cure: retryCure,
  },
];

/** Returns the domain that holds the export of the target, as AWS names it in its conflict; `undefined` for any other error. */
export function holderIn(error: unknown): string | undefined {
  return /another domain with id:\s*(dzd[-_][\w-]{1,36})/.exec((error as Error).message)?.[1];
}

function actionIn(error: Error): string {
  const action = /not authorized to perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
  return action ? ` (${action})` : "";
}
