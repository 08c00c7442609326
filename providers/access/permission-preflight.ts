import { partitionOf, targetName } from "../../src/aws/index.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import { errorsIn } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { regionOfBackups } from "./backup-region.ts";
import { refusedActions } from "./role-refusals.ts";
import type { Actor, RoleAccess } from "./role-refusals.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** What becomes of the table in the slot when a claim makes room, or goes. */
export interface SwitchSteps {
  /** ARN of the table that is dropped, where one is. */
  dropped?: string;
  /** Whether it is backed up first. */
  backsUp: boolean;
  /** KMS keys by which the table is read and the copy is written. */
  keys: readonly string[];
  /** How the copy is encrypted. */
  written: TableSettings["encryption"];
}

/**
 * Finds the steps of a switch that the policies of its role do not allow: they come after others that cannot be taken back. Reads only.
 *
 * Sessions without a role are not asked about: who runs with them may be anybody.
 */
export function permissionFindings(desired: TableSettings, steps: SwitchSteps, work: Work): Promise<Finding[]> {
  const exports = [exportAccess(desired, "Delete"), exportAccess(desired, "Put")];
  return refusedFindings(desired, "the switch", [...exports, ...dropAccesses(desired, steps, work)], work);
}

/** Finds the steps that the role may not take of a removal that backs the table up and drops it: they come after its export is deleted. */
export function dropPermissionFindings(recorded: TableSettings, steps: SwitchSteps, work: Work): Promise<Finding[]> {
  return refusedFindings(recorded, "the removal of a claim", dropAccesses(recorded, steps, work), work);
}

/** Finds the steps that the role may not take of a claim that drops the table in its slot, before its domain's export or without one. */
export function makingRoomPermissionFindings(
  desired: TableSettings,
  steps: SwitchSteps,
  work: Work,
): Promise<Finding[]> {
  return refusedFindings(desired, "a claim", dropAccesses(desired, steps, work), work);
}

/**
 * Finds that the role may not set the expiration of rows that an export wants for its table. No row is lost where IAM does not tell it.
 */
export async function expirationPermissionFindings(
  desired: Actor & Pick<ExportSettings, "tableBucketArn">,
  work: Work,
): Promise<Finding[]> {
  return errorsIn(await refusedFindings(desired, "the expiration of rows", [expirationAccess(desired)], work));
}

/** Returns what the setting of an expiration asks of a table, of which before its creation nothing but the bucket is known. */
export function expirationAccess({
  region,
  tableBucketArn,
}: Pick<ExportSettings, "region" | "tableBucketArn">): RoleAccess {
  const actions = ["Get", "Put"].map((verb) => `s3tables:${verb}TableRecordExpirationConfiguration`);
  return { resource: `${tableBucketArn}/table/00000000-0000-0000-0000-000000000000`, actions, region };
}

/** Returns what is asked of DataZone, whose actions have no resource, for an export. */
export function exportAccess({ region }: Pick<Actor, "region">, verb: "Put" | "Delete"): RoleAccess {
  return { resource: "*", actions: [`datazone:${verb}DataExportConfiguration`], region };
}

/** Returns what is asked of Systems Manager for a sync. */
export function syncAccess(
  { region, arn, syncType }: Pick<SyncSettings, "region" | "arn" | "syncType">,
  verb: "Create" | "Update" | "Delete",
): RoleAccess {
  return {
    resource: arn,
    actions: [`ssm:${verb}ResourceDataSync`],
    region,
    conditionKeys: { "ssm:SyncType": syncType },
  };
}

/** Returns the finding that a role may not do what a change takes. */
export function permissionFinding({ role, ...target }: Actor, doing: string, missing: readonly string[]): Finding {
  const message = `The role ${role} may not do all that ${doing} in ${targetName(target)} takes: ${missing.join(", ")}.`;
  const cure = "Allow it in the role's policies, or look for a boundary or a service control policy that denies it.";
  return { code: "permission-missing", severity: "error", property: "role", message, cure };
}

/**
 * Finds that the role may not create the sync for which a running one is deleted first, or not delete that one. Where the role may not ask, the
 * change goes on, as a switch does: who only reads and shows the plan may neither ask nor change.
 */
export function replacementPermissionFindings(
  desired: SyncSettings,
  running: SyncSettings,
  work: Work,
): Promise<Finding[]> {
  const accesses = [syncAccess(desired, "Create")];
  // Another role deletes where the running one has another.
  if (running.role === desired.role) accesses.push(syncAccess(running, "Delete"));
  return refusedFindings(desired, "the replacement of a sync", accesses, work);
}

async function refusedFindings(
  actor: Actor,
  doing: string,
  accesses: readonly RoleAccess[],
  work: Work,
): Promise<Finding[]> {
  const { refused, silences } = await refusedActions(actor, accesses, work);
  const missing = refused.flat();
  if (missing.length > 0) return [permissionFinding(actor, doing, missing)];
  const silence = silences.find((one) => one !== undefined);
  if (!silence) return [];
  const message =
    `Whether the role ${actor.role} may take every step of ${doing} in ${targetName(actor)} is not known (${silence.why}). ` +
    "A step that it may not take is met when its turn comes, after the earlier ones have taken something away.";
  const needed = [...new Set(accesses.flatMap(({ actions }) => actions))].join(", ");
  const cure = `${silence.cure}, or make sure that it may: ${needed}.`;
  return [{ code: "unknown", severity: "warning", property: "role", message, cure }];
}

/** What a backup and the drop of its table ask. A table's files are read as objects of S3, by an action of S3 Tables. */
function dropAccesses(
  desired: TableSettings,
  { dropped, backsUp, keys, written }: SwitchSteps,
  work: Work,
): RoleAccess[] {
  const { region, account, backup, backupOwner = account } = desired;
  const accesses: RoleAccess[] = [];
  if (dropped !== undefined) {
    const actions = ["s3tables:DeleteTable", ...(backsUp ? ["s3tables:GetTableData"] : [])];
    accesses.push({ resource: dropped, actions, region });
  }
  if (!backsUp) return accesses;
  const [bucket = "", ...prefix] = backup.slice("s3://".length).split("/");
  const folder = [...prefix, account, region, ""].join("/");
  const arn = `arn:${partitionOf(region)}:s3:::${bucket}`;
  const receipt = `${arn}/${folder}receipt.json`;
  const place = { region: () => regionOfBackups(backup, backupOwner, work) };
  accesses.push({ resource: arn, actions: ["s3:ListBucket"], ...place, conditionKeys: { "s3:prefix": folder } });
  accesses.push({ resource: receipt, actions: ["s3:GetObject"], ...place });
  accesses.push({ resource: receipt, actions: ["s3:PutObject"], ...place, conditionKeys: headersOf(written) });
  const using = ["kms:GenerateDataKey", "kms:Decrypt"];
  for (const key of new Set(keys)) accesses.push({ resource: key, actions: using, region: key.split(":")[3] });
  return accesses;
}

/** What a write to S3 says of its encryption. */
function headersOf({ sseAlgorithm, kmsKeyArn }: TableSettings["encryption"]): Record<string, string> {
  const header = "s3:x-amz-server-side-encryption";
  return {
    [header]: sseAlgorithm,
    ...(kmsKeyArn !== undefined && { [`${header}-aws-kms-key-id`]: kmsKeyArn }),
  };
}
