import type { ResourceDataSyncSource } from "@aws-sdk/client-ssm";
import type { Context } from "../../world/handler.ts";
import { hasServiceLinkedRole } from "../iam/roles.ts";
import { hasUnit, organizationOf } from "../organizations/organization.ts";
import { invalidConfiguration } from "./syncs.ts";

/** The service that discovers an organization's accounts for Explorer. */
const discovery = "accountdiscovery.ssm.amazonaws.com";
const systemsManager = "ssm.amazonaws.com";

/** Checks what Create and Update ask of a source. */
export function checkSource(source: ResourceDataSyncSource, context: Context): void {
  if (!isOrganizations(source)) {
    if (source.SourceType?.toLowerCase() === "singleaccountmultiregions") return;
    throw invalidConfiguration(`Invalid source type: ${source.SourceType}.`);
  }
  const choice = source.AwsOrganizationsSource;
  if (choice === undefined)
    throw invalidConfiguration("AwsOrganizationsSource is required for source type AwsOrganizations.");
  if (
    choice.OrganizationSourceType !== "EntireOrganization" &&
    choice.OrganizationSourceType !== "OrganizationalUnits"
  ) {
    throw invalidConfiguration(`Invalid organization source type: ${choice.OrganizationSourceType}.`);
  }
  if (choice.OrganizationSourceType === "OrganizationalUnits" && !choice.OrganizationalUnits?.length) {
    throw invalidConfiguration("OrganizationalUnits is required for organization source type OrganizationalUnits.");
  }
  checkCaller(context);
  const roleMissing = !hasServiceLinkedRole(context.world, context.account, discovery);
  if (roleMissing && context.world.quirk("ssm-missing-role") === "reject") {
    throw invalidConfiguration(
      `The service-linked role for ${discovery} does not exist in account ${context.account}.`,
    );
  }
}

/** Tells whether a source is an organization. The type is compared without case: AWS's own pages spell it in two ways. */
export function isOrganizations(source: ResourceDataSyncSource): boolean {
  return source.SourceType?.toLowerCase() === "awsorganizations";
}

/** Returns SyncSource.State: what is wrong with the source, or a healthy one's value. */
export function stateOf(
  source: ResourceDataSyncSource,
  { world, account }: Pick<Context, "world" | "account">,
): string | undefined {
  const healthy = world.quirk("ssm-healthy-state") === "empty" ? "" : undefined;
  if (!isOrganizations(source)) return healthy;
  if (!hasServiceLinkedRole(world, account, discovery)) return "NoPermissions";
  if (world.open) return healthy;
  const organization = organizationOf(world, account);
  if (organization === undefined) return "OrganizationNotExists";
  if (organization.trustedServices && !organization.trustedServices.includes(systemsManager))
    return "TrustedAccessDisabled";
  const units = source.AwsOrganizationsSource?.OrganizationalUnits ?? [];
  const known = units.every(({ OrganizationalUnitId }) => hasUnit(world, OrganizationalUnitId ?? ""));
  return known ? healthy : "InvalidOrganizationalUnit";
}

/** Only the management account and Explorer's delegated administrator sync from an organization. */
function checkCaller({ world, account }: Context): void {
  if (world.open) return;
  const organization = organizationOf(world, account);
  if (organization === undefined) throw invalidConfiguration(`Account ${account} is not a member of an organization.`);
  if (organization.featureSet !== "ALL")
    throw invalidConfiguration("The organization does not have all features enabled.");
  if (account !== organization.management && account !== organization.delegatedAdministrator) {
    throw invalidConfiguration(`Account ${account} is neither the management account nor a delegated administrator.`);
  }
}
