import { isOptIn, partitionOf } from "../aws/index.ts";
import type { Declaration } from "../targets/index.ts";
import { allowing } from "./role-statement.ts";
import type { RolePolicy, RoleStatement } from "./role-statement.ts";

/** The policies of the role that deploys, and of the one that only reads, for pull requests. */
export interface RolePolicies {
  deploy: RolePolicy;
  preview: RolePolicy;
  /** Of the role that deletes backups, which no other can; absent where the spec keeps all. */
  prune?: RolePolicy;
}

/**
 * Returns what the roles in the accounts need for these declarations, and no more: one policy for all accounts, so that a StackSet can
 * roll it out.
 * @param roles the names of the roles
 */
export function rolePolicies(declarations: readonly Declaration[], roles: { deploy: string }): RolePolicies {
  const needs = needsOf(declarations);
  const [reads, writes] = [readsFor(needs), writesFor(needs)];
  const policy = (...statements: RoleStatement[]): RolePolicy => ({
    Version: "2012-10-17",
    Statement: statements.filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0),
  });
  const pruned = declarations.filter(({ keep }) => keep !== undefined);
  return {
    deploy: policy(...reads, ...writes, ...asking("AskAboutItself", needs, roles.deploy)),
    // What matters before a deployment is what the role that deploys may do, and nobody else's.
    preview: policy(...reads, ...asking("AskAboutDeployer", needs, roles.deploy)),
    ...(pruned.length > 0 && { prune: policy(...pruneFor(needsOf(pruned))) }),
  };
}

/** What declarations touch, in the words of policies. */
interface Needs {
  partition: string;
  /** ARNs with wildcards for accounts and Regions. */
  syncs: string[];
  hasSources: boolean;
  /** Whether a source names organizational units. */
  hasUnits: boolean;
  /** Whether a Region is used that an account has to opt in to. */
  hasOptIn: boolean;
  hasExports: boolean;
  hasExpiration: boolean;
  destinations: string[];
  backups: { bucket: string; folder: string }[];
  deliveryKeys: string[];
  tableKeys: string[];
  backupKeys: string[];
  mayDrop: boolean;
}

function needsOf(declarations: readonly Declaration[]): Needs {
  const partition = partitionOf(declarations[0]?.region ?? "us-east-1");
  const byType = Object.groupBy(declarations, ({ type }) => type);
  const syncs = (byType.ResourceDataSync ?? []).map(({ inputs }) => inputs);
  const tables = (byType.AssetTable ?? []).map(({ inputs }) => inputs);
  const destinations = syncs.flatMap(({ s3Destination }) => (s3Destination as Destination | undefined) ?? []);
  const backups = tables.flatMap(({ backup }) => (backup === "none" ? [] : String(backup)));
  const keysOf = (items: readonly { encryption?: unknown }[]) =>
    items.flatMap(({ encryption }) => (encryption as { kmsKeyArn?: string } | undefined)?.kmsKeyArn ?? []);
  return {
    partition,
    syncs: unique(syncs.map(({ syncName }) => `arn:${partition}:ssm:*:*:resource-data-sync/${String(syncName)}`)),
    hasSources: syncs.some(({ syncType }) => syncType === "SyncFromSource"),
    hasUnits: JSON.stringify(syncs).includes('"organizationalUnits"'),
    hasOptIn: declarations.some(({ region }) => isOptIn(region)),
    hasExports: tables.length > 0,
    hasExpiration: byType.DataExportConfiguration?.some(({ inputs }) => "recordExpirationDays" in inputs) ?? false,
    destinations: unique(destinations.map(({ bucketName }) => `arn:${partition}:s3:::${bucketName}`)),
    backups: unique(backups).map((uri) => {
      const [bucket = "", ...folder] = uri.slice("s3://".length).split("/");
      const arn = `arn:${partition}:s3:::${bucket}`;
      return { bucket: arn, folder: [arn, ...folder, "*"].join("/") };
    }),
    deliveryKeys: unique(destinations.flatMap(({ awsKmsKeyArn }) => awsKmsKeyArn ?? [])),
    tableKeys: unique(keysOf(tables)),
    backupKeys: unique(tables.flatMap(({ backupKey }) => (backupKey === undefined ? [] : String(backupKey)))),
    mayDrop: tables.some(
      ({ backup, leftover, onRemoval }) =>
        backup !== "none" || leftover === "drop" || leftover === "backUpAndDrop" || onRemoval === "backUpAndDrop",
    ),
  };
}

interface Destination {
  bucketName: string;
  awsKmsKeyArn?: string;
}

function readsFor(needs: Needs): RoleStatement[] {
  const { partition, syncs, hasSources, hasExports, destinations, backups } = needs;
  const table = `arn:${partition}:s3tables:*:*:bucket/aws-sagemaker-catalog`;
  const knownRole = `arn:${partition}:iam::*:role/AWSServiceRoleForAmazonSSM_AccountDiscovery`;
  const keys = unique([...needs.deliveryKeys, ...needs.tableKeys, ...needs.backupKeys]);
  return [
    allowing("ReadSyncs", ["ssm:ListResourceDataSync"], syncs.length > 0 ? ["*"] : []),
    allowing(
      "ReadDestinations",
      ["s3:GetBucketPolicy", "s3:GetBucketObjectLockConfiguration", "s3:ListBucket"],
      destinations,
    ),
    allowing("FindOwners", ["s3:ListAllMyBuckets"], destinations.length > 0 ? ["*"] : []),
    allowing("ReadKeys", ["kms:DescribeKey", "kms:GetKeyPolicy"], keys),
    allowing(
      "ReadOrganization",
      [
        "organizations:DescribeOrganization",
        ...(needs.hasUnits ? ["organizations:DescribeOrganizationalUnit"] : []),
        "organizations:ListAWSServiceAccessForOrganization",
        "organizations:ListDelegatedAdministrators",
      ],
      hasSources ? ["*"] : [],
    ),
    allowing("ReadServiceRole", ["iam:GetRole"], hasSources ? [serviceRole(partition), knownRole] : []),
    allowing("ReadRegions", ["account:ListRegions"], needs.hasOptIn ? ["*"] : []),
    allowing(
      "ReadExports",
      ["datazone:ListDomains", "datazone:GetDomain", "datazone:GetDataExportConfiguration"],
      hasExports ? ["*"] : [],
    ),
    allowing(
      "ReadTable",
      [
        "s3tables:GetTable",
        "s3tables:GetTableEncryption",
        "s3tables:GetTableData",
        "s3tables:GetTableRecordExpirationConfiguration",
      ],
      hasExports ? [table, `${table}/table/*`] : [],
    ),
    allowing(
      "ReadBackupPlaces",
      [
        "s3:ListBucket",
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketVersioning",
        "s3:GetLifecycleConfiguration",
      ],
      unique(backups.map(({ bucket }) => bucket)),
    ),
    allowing(
      "ReadBackups",
      ["s3:GetObject"],
      backups.map(({ folder }) => folder),
    ),
    allowing("ReadEncrypted", ["kms:Decrypt"], unique([...needs.tableKeys, ...needs.backupKeys])),
  ];
}

function writesFor(needs: Needs): RoleStatement[] {
  const { partition, syncs, hasSources, hasExports, backups } = needs;
  const tables = `arn:${partition}:s3tables:*:*:bucket/aws-sagemaker-catalog/table/*`;
  const changing = ["Create", ...(hasSources ? ["Update"] : []), "Delete"];
  const ofTable = [
    ...(needs.mayDrop ? ["s3tables:DeleteTable"] : []),
    ...(needs.hasExpiration ? ["s3tables:PutTableRecordExpirationConfiguration"] : []),
  ];
  return [
    allowing(
      "ChangeSyncs",
      changing.map((verb) => `ssm:${verb}ResourceDataSync`),
      syncs,
    ),
    allowing("MakeServiceRole", ["iam:CreateServiceLinkedRole"], hasSources ? [serviceRole(partition)] : []),
    allowing(
      "ChangeExports",
      ["datazone:PutDataExportConfiguration", "datazone:DeleteDataExportConfiguration"],
      hasExports ? ["*"] : [],
    ),
    // AWS makes the table bucket of the first export by the permissions of whoever puts it.
    allowing(
      "MakeTableBucket",
      ["s3tables:CreateTableBucket", "s3tables:PutTableBucketPolicy"],
      hasExports ? [`arn:${partition}:s3tables:*:*:bucket/aws-sagemaker-catalog`] : [],
    ),
    allowing("ChangeTable", ofTable, hasExports && ofTable.length > 0 ? [tables] : []),
    allowing(
      "WriteBackups",
      ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      backups.map(({ folder }) => folder),
    ),
    // A large file goes on where an interrupted run has left it.
    allowing("FindUploads", ["s3:ListBucketMultipartUploads"], unique(backups.map(({ bucket }) => bucket))),
    allowing(
      "WriteEncrypted",
      ["kms:GenerateDataKey"],
      backups.length > 0 ? unique([...needs.tableKeys, ...needs.backupKeys]) : [],
    ),
  ];
}

/** Every backup that stays is read back, and the newest is held against the table, before one is deleted. */
function pruneFor({ partition, backups, tableKeys, backupKeys }: Needs): RoleStatement[] {
  const table = `arn:${partition}:s3tables:*:*:bucket/aws-sagemaker-catalog`;
  return [
    allowing("ReadTable", ["s3tables:GetTable", "s3tables:GetTableData"], [table, `${table}/table/*`]),
    allowing(
      "ReadBackupPlaces",
      ["s3:ListBucket", "s3:GetBucketObjectLockConfiguration"],
      unique(backups.map(({ bucket }) => bucket)),
    ),
    allowing(
      "DeleteBackups",
      ["s3:GetObject", "s3:DeleteObject"],
      backups.map(({ folder }) => folder),
    ),
    allowing("ReadEncrypted", ["kms:Decrypt"], unique([...tableKeys, ...backupKeys])),
  ];
}

/** Before a switch, or the replacement of a sync, IAM is asked whether the role that deploys may take every step. */
function asking(Sid: string, { partition, hasExports, syncs }: Needs, role: string): RoleStatement[] {
  return [
    allowing(
      Sid,
      ["iam:SimulatePrincipalPolicy"],
      hasExports || syncs.length > 0 ? [`arn:${partition}:iam::*:role/${role}`] : [],
    ),
  ];
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles-service-action-3.html */
const serviceRole = (partition: string): string =>
  `arn:${partition}:iam::*:role/aws-service-role/accountdiscovery.ssm.amazonaws.com/*`;

const unique = (items: readonly string[]): string[] => [...new Set(items)].toSorted();
