import { paginateSimulatePrincipalPolicy, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { ContextEntry, EvaluationResult } from "@aws-sdk/client-iam";
import { meaningOf, partitionOf, targetName } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import { errorsIn } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** What a switch does with the table in the slot. */
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
 * Finds the steps of a switch that the policies of its role do not allow: they come after others that cannot be taken back. Asks IAM,
 * which evaluates the role's own policies, its boundary and the organization's; reads only.
 *
 * Sessions without a role are not asked about: who runs with them may be anybody.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function permissionFindings(desired: TableSettings, steps: SwitchSteps, work: Work): Promise<Finding[]> {
  return refusedFindings(desired, "the switch", accessesOf(desired, steps), work);
}

/**
 * Finds that the role may not set the expiration of rows that an export wants for its table. No row is lost where IAM does not tell it.
 */
export async function expirationPermissionFindings(desired: ExportSettings, work: Work): Promise<Finding[]> {
  return errorsIn(await refusedFindings(desired, "the expiration of rows", [expirationAccess(desired)], work));
}

/** Returns what the setting of an expiration asks of a table, of which before its creation nothing but the bucket is known. */
export function expirationAccess({ tableBucketArn }: Pick<ExportSettings, "tableBucketArn">): PolicyAccess {
  const operations = ["Get", "Put"].map((verb) => `s3tables:${verb}TableRecordExpirationConfiguration`);
  return [`${tableBucketArn}/table/00000000-0000-0000-0000-000000000000`, operations];
}

/**
 * Asks IAM, in one question, which of these a role may not do, and returns them by `refusalKey`. Nothing is known where the role may not ask, or
 * IAM does not answer in time.
 */
export async function refusalsOf(
  { role, account }: Actor,
  accesses: readonly PolicyAccess[],
  { clients, signal }: Work,
): Promise<ReadonlySet<string>> {
  const request = {
    PolicySourceArn: role,
    ActionNames: [...new Set(accesses.flatMap(([, actions]) => actions))],
    ResourceArns: [...new Set(accesses.map(([resource]) => resource))],
    // They are done in several Regions. A condition on what IAM is not told decides nothing.
    ContextEntries: contextOf({ "aws:PrincipalArn": role!, "aws:PrincipalAccount": account }),
  };
  const overdue = AbortSignal.timeout(patienceMs);
  const pages = paginateSimulatePrincipalPolicy({ client: clients.iam, pageSize: 1000 }, request, {
    abortSignal: AbortSignal.any([signal, overdue]),
  });
  const refused = new Set<string>();
  try {
    for await (const { EvaluationResults = [] } of pages) {
      for (const result of EvaluationResults.flatMap(ofEachResource).filter(isRefused)) {
        refused.add(refusalKey(result.EvalResourceName!, result.EvalActionName!));
      }
    }
    return refused;
  } catch (error) {
    if (isSilence(error, overdue, signal)) return new Set();
    throw error;
  }
}

/** Returns an action on a resource as one text. */
export const refusalKey = (resource: string, action: string): string => `${action} ${resource}`;

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
  const accesses: PolicyAccess[] = [[desired.arn, ["ssm:CreateResourceDataSync"]]];
  // Another role deletes where the running one has another.
  if (running.role === desired.role) accesses.push([running.arn, ["ssm:DeleteResourceDataSync"]]);
  return refusedFindings(desired, "the replacement of a sync", accesses, work);
}

/** How long IAM's answer is waited for, in milliseconds: what is only told beforehand must not hold up a plan. */
const patienceMs = 20_000;

/** A resource, what is done to it, and what a request for it tells beside that, by the names of condition keys. */
export type PolicyAccess = [resource: string, actions: string[], told?: Record<string, string>];

/** Who acts where. */
export type Actor = Pick<Connection, "account" | "region" | "role">;

async function refusedFindings(
  actor: Actor,
  doing: string,
  accesses: readonly PolicyAccess[],
  work: Work,
): Promise<Finding[]> {
  const answer = await askAbout(actor, accesses, work);
  if (Array.isArray(answer)) return answer.length === 0 ? [] : [permissionFinding(actor, doing, answer)];
  const { why, isDenied } = answer;
  const message =
    `Whether the role ${actor.role} may take every step of ${doing} in ${targetName(actor)} is not known (${why}). ` +
    "A step that it may not take is met when its turn comes, after the earlier ones have taken something away.";
  const needed = [...new Set(accesses.flatMap(([, actions]) => actions))].join(", ");
  const know = isDenied ? "Allow it iam:SimulatePrincipalPolicy on itself to know" : "Ask again later";
  const cure = `${know}, or make sure that it may: ${needed}.`;
  return [{ code: "unknown", severity: "warning", property: "role", message, cure }];
}

/** Returns the actions that IAM says are not allowed, or why it does not say it. */
async function askAbout(
  { role, ...target }: Actor,
  accesses: readonly PolicyAccess[],
  { clients, signal }: Work,
): Promise<string[] | { why: string; isDenied: boolean }> {
  if (role === undefined) return [];
  const overdue = AbortSignal.timeout(patienceMs);
  const end = AbortSignal.any([signal, overdue]);
  const of = { "aws:PrincipalArn": role, "aws:PrincipalAccount": target.account, "aws:RequestedRegion": target.region };
  const ask = async ([resource, ActionNames, told]: PolicyAccess) => {
    const ContextEntries = contextOf({ ...of, ...told });
    const request = { PolicySourceArn: role, ActionNames, ResourceArns: [resource], ContextEntries };
    const { EvaluationResults = [] } = await clients.iam.send(new SimulatePrincipalPolicyCommand(request), {
      abortSignal: end,
    });
    return EvaluationResults;
  };
  try {
    const answers = (await Promise.all(accesses.map(ask))).flat();
    return answers.filter(isRefused).map(({ EvalActionName: action }) => action!);
  } catch (error) {
    if (!isSilence(error, overdue, signal)) throw error;
    const why = overdue.aborted ? `IAM has not answered for ${patienceMs / 1000} s` : (error as Error).message;
    return { why, isDenied: meaningOf(error).kind === "denied" };
  }
}

/** Whether an error says no more than that IAM has not answered, or not in time. */
function isSilence(error: unknown, overdue: AbortSignal, signal: AbortSignal): boolean {
  if (overdue.aborted && !signal.aborted) return true;
  return ["absent", "denied", "throttled", "retryable"].includes(meaningOf(error).kind);
}

/** DataZone's actions have no resource. A table's files are read as objects of S3, by an action of S3 Tables. */
function accessesOf(
  { region, account, backup }: TableSettings,
  { dropped, backsUp, keys, written }: SwitchSteps,
): PolicyAccess[] {
  const accesses: PolicyAccess[] = [
    ["*", ["datazone:DeleteDataExportConfiguration", "datazone:PutDataExportConfiguration"]],
  ];
  if (dropped !== undefined) {
    accesses.push([dropped, ["s3tables:DeleteTable", ...(backsUp ? ["s3tables:GetTableData"] : [])]]);
  }
  if (backsUp) {
    const [bucket = "", ...prefix] = backup.slice("s3://".length).split("/");
    const folder = [...prefix, account, region, ""].join("/");
    const arn = `arn:${partitionOf(region)}:s3:::${bucket}`;
    accesses.push([arn, ["s3:ListBucket"], { "s3:prefix": folder }]);
    accesses.push([`${arn}/${folder}receipt.json`, ["s3:GetObject"]]);
    accesses.push([`${arn}/${folder}receipt.json`, ["s3:PutObject"], headersOf(written)]);
    for (const key of new Set(keys)) accesses.push([key, ["kms:GenerateDataKey", "kms:Decrypt"]]);
  }
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

function contextOf(told: Record<string, string>): ContextEntry[] {
  const texts = Object.entries(told).map(([name, value]): ContextEntry => ({
    ContextKeyName: name,
    ContextKeyValues: [value],
    ContextKeyType: "string",
  }));
  return [...texts, { ContextKeyName: "aws:SecureTransport", ContextKeyValues: ["true"], ContextKeyType: "boolean" }];
}

/** IAM tells of several resources in one result, or in one result each. */
function ofEachResource(result: EvaluationResult): EvaluationResult[] {
  const { ResourceSpecificResults: results = [] } = result;
  if (results.length === 0) return [result];
  return results.map(({ EvalResourceDecision: EvalDecision, EvalResourceName, MissingContextValues }) => ({
    EvalActionName: result.EvalActionName,
    EvalDecision,
    EvalResourceName,
    MissingContextValues,
  }));
}

/** A condition on what IAM is not told of decides nothing here, nor does the role alone where a key's policy may let it in. */
function isRefused({ EvalActionName, EvalDecision, MissingContextValues = [] }: EvaluationResult): boolean {
  if (MissingContextValues.length > 0) return false;
  return EvalDecision === "explicitDeny" || (EvalDecision === "implicitDeny" && !EvalActionName?.startsWith("kms:"));
}
