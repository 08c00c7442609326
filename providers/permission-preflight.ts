import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { EvaluationResult } from "@aws-sdk/client-iam";
import { isAbsent, meaningOf, partitionOf, targetName } from "../src/aws/index.ts";
import type { Finding } from "./finding.ts";
import type { Work } from "./lifecycle.ts";
import type { TableSettings } from "./table-settings.ts";

/** What a switch does with the table in the slot. */
export interface SwitchSteps {
  /** ARN of the table that is dropped, where one is. */
  dropped?: string;
  /** Whether it is backed up first. */
  backsUp: boolean;
}

/**
 * Finds the steps of a switch that the policies of its role do not allow: they come after others that cannot be taken back. Asks IAM,
 * which evaluates the role's own policies, its boundary and the organization's; reads only.
 *
 * Sessions without a role are not asked about: who runs with them may be anybody.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function permissionFindings(
  desired: TableSettings,
  steps: SwitchSteps,
  { clients }: Work,
): Promise<Finding[]> {
  const { role } = desired;
  if (role === undefined) return [];
  const ask = async ([resource, actions]: [string, string[]]) => {
    const request = { PolicySourceArn: role, ActionNames: actions, ResourceArns: [resource] };
    const { EvaluationResults = [] } = await clients.iam.send(new SimulatePrincipalPolicyCommand(request));
    return EvaluationResults;
  };
  try {
    const answers = (await Promise.all(accessesOf(desired, steps).map(ask))).flat();
    const missing = answers.filter(isRefused).map(({ EvalActionName: action }) => action);
    return missing.length === 0 ? [] : [refusal(desired, role, missing)];
  } catch (error) {
    if (!isAbsent(error) && meaningOf(error).kind !== "denied") throw error;
    const message = `Whether the role ${role} may take every step of the switch in ${targetName(desired)} is not known: ${(error as Error).message}`;
    const cure = "Allow it iam:SimulatePrincipalPolicy on itself to know.";
    return [{ code: "unknown", severity: "warning", property: "role", message, cure }];
  }
}

/** DataZone's actions have no resource. A table's files are read as objects of S3, by an action of S3 Tables. */
function accessesOf(
  { region, account, backup }: TableSettings,
  { dropped, backsUp }: SwitchSteps,
): [string, string[]][] {
  const accesses: [string, string[]][] = [
    ["*", ["datazone:DeleteDataExportConfiguration", "datazone:PutDataExportConfiguration"]],
  ];
  if (dropped !== undefined) {
    accesses.push([dropped, ["s3tables:DeleteTable", ...(backsUp ? ["s3tables:GetTableData"] : [])]]);
  }
  if (backsUp) {
    const folder = `${backup.slice("s3://".length)}/${account}/${region}`;
    accesses.push([`arn:${partitionOf(region)}:s3:::${folder}/receipt.json`, ["s3:PutObject", "s3:GetObject"]]);
  }
  return accesses;
}

/** A condition on what IAM is not told of decides nothing here. */
function isRefused({ EvalDecision: decision, MissingContextValues: missing = [] }: EvaluationResult): boolean {
  return decision === "explicitDeny" || (decision === "implicitDeny" && missing.length === 0);
}

function refusal(desired: TableSettings, role: string, missing: readonly (string | undefined)[]): Finding {
  return {
    code: "permission-missing",
    severity: "error",
    property: "role",
    message: `The role ${role} may not do all that the switch in ${targetName(desired)} takes: ${missing.join(", ")}.`,
    cure: "Allow it in the role's policies, or look for a boundary or a service control policy that denies it.",
  };
}
