import { partitionOf } from "../world/partition.ts";
import type { Context, ServiceName } from "../world/handler.ts";
import { checkIdentityPolicy } from "./caller.ts";
import type { RequestedAccess } from "./caller.ts";

type Input = Record<string, string | undefined>;

/**
 * Holds a call against the policy of its caller's role, where the call itself tells its resource. S3 and S3 Tables find
 * out theirs when they look up what the call names, and check there.
 */
export function checkPermission(context: Context, input: object): void {
  const wanted = permissions[context.service]?.(input as Input, context);
  if (wanted) checkIdentityPolicy(context, wanted);
}

type Permission = (input: Input, context: Context) => RequestedAccess | undefined;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const permissions: Partial<Record<ServiceName, Permission>> = {
  ssm: ({ SyncName, SyncType = "SyncToDestination" }, { operation, account, region }) => ({
    action: `ssm:${operation}`,
    resource:
      SyncName === undefined
        ? "*"
        : `arn:${partitionOf(region)}:ssm:${region}:${account}:resource-data-sync/${SyncName}`,
    keys: { "ssm:synctype": SyncType },
  }),

  datazone: ({ identifier, domainIdentifier = identifier }, { operation, account, region }) => ({
    action: `datazone:${operation}`,
    resource:
      domainIdentifier === undefined
        ? "*"
        : `arn:${partitionOf(region)}:datazone:${region}:${account}:domain/${domainIdentifier}`,
  }),

  // S3's other operations are on a bucket.
  s3: (_input, { operation }) =>
    operation === "ListBuckets" ? { action: "s3:ListAllMyBuckets", resource: "*", code: "AccessDenied" } : undefined,

  s3tables: ({ name }, { operation, account, region }) =>
    operation === "ListTableBuckets" || operation === "CreateTableBucket"
      ? {
          action: `s3tables:${operation}`,
          resource: `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/${name ?? "*"}`,
        }
      : undefined,

  // Everybody may ask who he is.
  sts: ({ RoleArn = "*", ExternalId }, { operation }) =>
    operation === "AssumeRole"
      ? {
          action: "sts:AssumeRole",
          resource: RoleArn,
          code: "AccessDenied",
          ...(ExternalId !== undefined && { keys: { "sts:externalid": ExternalId } }),
        }
      : undefined,

  organizations: (_input, { operation }) => ({ action: `organizations:${operation}`, resource: "*" }),

  iam: ({ RoleName, PolicySourceArn, AWSServiceName = "" }, { operation, account, region }) => ({
    action: `iam:${operation}`,
    resource:
      PolicySourceArn ??
      `arn:${partitionOf(region)}:iam::${account}:role/${RoleName ?? `aws-service-role/${AWSServiceName}/*`}`,
    code: "AccessDenied",
    ...(AWSServiceName !== "" && { keys: { "iam:awsservicename": AWSServiceName } }),
  }),

  kms: ({ KeyId = "" }, { operation, account, region }) => ({
    action: `kms:${operation}`,
    resource: KeyId.startsWith("arn:") ? KeyId : `arn:${partitionOf(region)}:kms:${region}:${account}:key/${KeyId}`,
  }),

  // What GetTable needs on catalog, database and table is not held here.
  glue: (_input, { operation, account, region }) =>
    operation === "GetTable"
      ? undefined
      : { action: `glue:${operation}`, resource: `arn:${partitionOf(region)}:glue:${region}:${account}:catalog` },

  account: (_input, { operation, account, region }) => ({
    action: `account:${operation}`,
    resource: `arn:${partitionOf(region)}:account::${account}:account`,
  }),
};
