import { GetRoleCommand } from "@aws-sdk/client-iam";
import {
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAWSServiceAccessForOrganizationCommand,
  paginateListDelegatedAdministrators,
} from "@aws-sdk/client-organizations";
import { isAbsent, meaningOf, partitionOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";
import { refusedActions } from "../access/role-refusals.ts";
import type { RoleAccess } from "../access/role-refusals.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { accountDiscovery } from "./service-linked-role.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

const systemsManager = "ssm.amazonaws.com";
const property = "syncSource.sourceType";

/**
 * Finds what keeps a sync from collecting an organization's OpsData. That is for the management account or Systems Manager's delegated
 * administrator, where all features are on and Systems Manager is trusted. Reads only.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/Explorer-resource-data-sync-configuring-multi.html
 */
export async function organizationFindings(desired: SyncSettings, work: Work): Promise<Finding[]> {
  const { account, syncSource } = desired;
  if (!syncSource?.awsOrganizationsSource) return [];
  const { organizationalUnits = [] } = syncSource.awsOrganizationsSource;
  const [access, role] = await Promise.all([
    accessFindings(account, organizationalUnits, work),
    roleFindings(desired, work),
  ]);
  return [...access, ...role];
}

async function accessFindings(account: string, units: readonly string[], work: Work): Promise<Finding[]> {
  const { clients } = work;
  try {
    const { Organization } = await clients.organizations.send(new DescribeOrganizationCommand({}));
    if (Organization?.FeatureSet !== undefined && Organization.FeatureSet !== "ALL") {
      const cure = "Run `aws organizations enable-all-features` in its management account.";
      return refused(`The organization of ${account} has not all features enabled, which Explorer needs.`, cure);
    }
    if (Organization?.MasterAccountId !== account) {
      const administrators = await administratorsOf(work);
      if (typeof administrators === "string") return unknown(account, administrators, "ListDelegatedAdministrators");
      if (!administrators.includes(account)) {
        const message = `The account ${account} is neither the management account of its organization (${Organization?.MasterAccountId}) nor Systems Manager's delegated administrator, so it may not collect from it.`;
        const cure = `Run it in the management account, or make ${account} the administrator in Explorer's settings: \`aws organizations register-delegated-administrator --account-id ${account} --service-principal ${systemsManager}\`.`;
        return refused(message, cure);
      }
    }
    const { EnabledServicePrincipals = [] } = await clients.organizations.send(
      new ListAWSServiceAccessForOrganizationCommand({}),
    );
    if (EnabledServicePrincipals.some(({ ServicePrincipal }) => ServicePrincipal === systemsManager)) {
      return await unitFindings(units, clients);
    }
    return refused(
      `Systems Manager is not trusted in the organization of ${account}, so nothing would be collected.`,
      `Run \`aws organizations enable-aws-service-access --service-principal ${systemsManager}\` in its management account.`,
    );
  } catch (error) {
    if (isAbsent(error) || (error as Error).name === "AWSOrganizationsNotInUseException") {
      const cure =
        "Collect from Regions of the account itself (leave `organization` out), or run it in the management account.";
      return refused(`The account ${account} belongs to no organization.`, cure);
    }
    if (meaningOf(error).kind !== "denied") throw error;
    return unknown(
      account,
      (error as Error).message,
      "DescribeOrganization and organizations:ListAWSServiceAccessForOrganization",
    );
  }
}

/** A sync of a unit that is not there is made, and collects nothing. */
async function unitFindings(units: readonly string[], { organizations }: Clients): Promise<Finding[]> {
  const found = units.map(async (OrganizationalUnitId) => {
    try {
      await organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId }));
      return [];
    } catch (error) {
      if ((error as Error).name !== "OrganizationalUnitNotFoundException") throw error;
      const cure = "`aws organizations list-organizational-units-for-parent` prints the ids.";
      return refused(`The organization has no unit ${OrganizationalUnitId}.`, cure);
    }
  });
  return (await Promise.all(found)).flat();
}

/**
 * Returns the delegated administrators for Systems Manager, or AWS's words where they may not be asked. Organizations tells only the
 * management account and administrators: any of the plan's accounts may be one, and who is refused without a word about permissions is none.
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
 */
async function administratorsOf({ share, clients }: Work): Promise<string[] | string> {
  const look = async (of: Clients): Promise<string[] | string> => {
    try {
      const pages = paginateListDelegatedAdministrators(
        { client: of.organizations },
        { ServicePrincipal: systemsManager },
      );
      const found: string[] = [];
      for await (const { DelegatedAdministrators = [] } of pages) found.push(...DelegatedAdministrators.map(idOf));
      return found;
    } catch (error) {
      if (meaningOf(error).kind !== "denied") throw error;
      const { message } = error as Error;
      return /not authorized to perform/.test(message) ? message : [];
    }
  };
  const isAnswered = (answer: string[] | string) => typeof answer !== "string" && answer.length > 0;
  return share ? share("delegated administrators", look, isAnswered) : look(clients);
}

const idOf = ({ Id = "" }: { Id?: string }): string => Id;

/** The role is made by a create, if that is permitted, which only IAM tells. */
async function roleFindings(desired: SyncSettings, work: Work): Promise<Finding[]> {
  const { account } = desired;
  const { service, roleName } = accountDiscovery;
  try {
    await work.clients.iam.send(new GetRoleCommand({ RoleName: roleName }));
    return [];
  } catch (error) {
    const code = "service-linked-role";
    if (isAbsent(error)) {
      const missing = `The account ${account} has no ${roleName} yet, with which Explorer looks into an organization`;
      const making = `\`aws iam create-service-linked-role --aws-service-name ${service}\``;
      const answer = await refusedActions(desired, [serviceRoleAccess(desired)], work);
      if (answer.refused.flat().length > 0) {
        const message = `${missing}, and the role ${desired.role} may not make it.`;
        const cure = `Allow it iam:CreateServiceLinkedRole, or have it made once by somebody who may: ${making}.`;
        return [{ code, severity: "error", property, message, cure }];
      }
      const cure = `If iam:CreateServiceLinkedRole is not permitted here: ${making}.`;
      return [{ code, severity: "warning", property, message: `${missing}; it will be made.`, cure }];
    }
    if (meaningOf(error).kind !== "denied") throw error;
    const message = `Whether the account ${account} has ${roleName} is not known: ${(error as Error).message}`;
    return [{ code: "unknown", severity: "warning", property, message, cure: "Allow iam:GetRole to know it." }];
  }
}

function serviceRoleAccess({ account, region }: SyncSettings): RoleAccess {
  const { service, roleName } = accountDiscovery;
  return {
    resource: `arn:${partitionOf(region)}:iam::${account}:role/aws-service-role/${service}/${roleName}`,
    actions: ["iam:CreateServiceLinkedRole"],
    conditionKeys: { "iam:AWSServiceName": service },
  };
}

function refused(message: string, cure: string): Finding[] {
  return [{ code: "organization-access", severity: "error", property, message, cure }];
}

function unknown(account: string, words: string, operations: string): Finding[] {
  const message = `Whether ${account} may collect from its organization is not known: ${words}`;
  return [
    { code: "unknown", severity: "warning", property, message, cure: `Allow organizations:${operations} to know it.` },
  ];
}
