import { DescribeOrganizationCommand, ListAWSServiceAccessForOrganizationCommand } from "@aws-sdk/client-organizations";
import { isAbsent, listSyncs, meaningOf, targetName, recently } from "../src/aws/index.ts";
import { deliveryFindings } from "./delivery-preflight.ts";
import { differencesBetween } from "./differences.ts";
import type { Finding } from "./finding.ts";
import type { Work } from "./lifecycle.ts";
import { createdAt, findSync, idOf, stateOf, subjectOf } from "./observed-sync.ts";
import { Sending } from "./ownership.ts";
import { ownerOf } from "./sync-messages.ts";
import { kinds } from "../src/resources/kinds.ts";
import type { SyncSettings } from "./sync-settings.ts";

/** The most syncs of one type that an account has in a Region. */
const quota = 5;

/** Finds what would keep AWS from taking this sync. Reads only. */
export async function syncFindings(
  desired: SyncSettings,
  recorded: SyncSettings | undefined,
  work: Work,
): Promise<Finding[]> {
  const isNew = recorded === undefined || idOf(recorded) !== idOf(desired);
  const found = await Promise.all([
    isNew ? existingFindings(desired, work) : [],
    deliveryFindings(desired, work),
    organizationFindings(desired, work),
  ]);
  return found.flat();
}

/** Finds whether the syncs that a plan adds to one account and Region would be more than AWS takes there. */
export async function quotaFindings(added: readonly SyncSettings[], work: Work): Promise<Finding[]> {
  const [first] = added;
  if (!first) return [];
  const { syncType } = first;
  const there = await listSyncs(work.clients, first, syncType, recently(first, syncType));
  const names = new Set(there.map(({ SyncName = "" }) => SyncName));
  const more = added.filter(({ syncName }) => !names.has(syncName));
  if (more.length === 0 || names.size + more.length <= quota) return [];
  const used = [...names].toSorted().map((name) => `${name}${ownerOf(name) ? ` (${ownerOf(name)})` : ""}`);
  return [
    {
      code: "sync-quota",
      severity: "error",
      property: "syncName",
      message: `${targetName(first)} has ${names.size} syncs of the type ${syncType}${used.length > 0 ? `: ${used.join(", ")}` : ""}; ${more.length} more would be over AWS's ${quota}.`,
      cure: "Remove one that is not needed any more, or add fewer; those of AWS itself are not ours to remove.",
    },
  ];
}

async function existingFindings(desired: SyncSettings, work: Work): Promise<Finding[]> {
  const item = await findSync(desired, work, recently(desired, desired.syncType));
  if (!item) return [];
  const ground = await work.ownership.groundFor(createdAt(item), new Sending());
  const { resource } = subjectOf(desired);
  const differences = differencesBetween(stateOf(desired, item), desired, kinds.ResourceDataSync.changes);
  const unequal = differences.map(({ path }) => path).join(", ");
  const property = "syncName";
  if (ground === "interrupted") return [];
  const like = unequal ? `with other settings (${unequal})` : "with the same settings";
  if (ground === "adopt" && !differences.some(({ replaces }) => replaces)) {
    const message = `${resource} exists in ${targetName(desired)} ${like}, and will be taken over.`;
    return [{ code: "sync-exists", severity: "warning", property, message }];
  }
  return [
    {
      code: "sync-exists",
      severity: "error",
      property,
      message: `${resource} exists in ${targetName(desired)} ${like}, and nothing says that this stack made it.`,
      cure:
        ground === "adopt"
          ? "Write the settings that it has, run up, and change them afterwards."
          : "Take it over with `adopt: true` in its entry, or `sluice up --adopt`; or choose another name.",
    },
  ];
}

/**
 * An organization's OpsData is collected by its management account or a delegated administrator, and only where Systems Manager is trusted.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/Explorer-resource-data-sync-configuring-multi.html
 */
async function organizationFindings({ account, syncSource }: SyncSettings, work: Work): Promise<Finding[]> {
  if (!syncSource?.awsOrganizationsSource) return [];
  const property = "syncSource.sourceType";
  const code = "organization-access";
  const { organizations } = work.clients;
  try {
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    if (Organization?.MasterAccountId !== account) return [];
    const { EnabledServicePrincipals = [] } = await organizations.send(
      new ListAWSServiceAccessForOrganizationCommand({}),
    );
    if (EnabledServicePrincipals.some(({ ServicePrincipal }) => ServicePrincipal === "ssm.amazonaws.com")) return [];
    return [
      {
        code,
        severity: "error",
        property,
        message: `Systems Manager is not trusted in the organization of ${account}, so nothing would be collected.`,
        cure: "Run `aws organizations enable-aws-service-access --service-principal ssm.amazonaws.com` in its management account.",
      },
    ];
  } catch (error) {
    if (isAbsent(error) || (error as Error).name === "AWSOrganizationsNotInUseException") {
      const cure =
        "Collect from Regions of the account itself (leave `organization` out), or run it in the management account.";
      return [
        { code, severity: "error", property, message: `The account ${account} belongs to no organization.`, cure },
      ];
    }
    if (meaningOf(error).kind !== "denied") throw error;
    const message = `Whether ${account} may collect from its organization is not known: ${(error as Error).message}`;
    const cure =
      "Allow organizations:DescribeOrganization and organizations:ListAWSServiceAccessForOrganization to know it.";
    return [{ code: "unknown", severity: "warning", property, message, cure }];
  }
}
