import { listSyncs, targetName } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";

/**
 * What AWS says of a source that it cannot collect from, and the cure.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResourceDataSyncSourceWithState.html
 */
export const sourceStates: Record<string, string> = {
  OrganizationNotExists:
    "the account belongs to no organization. Use SingleAccountMultiRegions, or the management account.",
  NoPermissions:
    "the service-linked role is missing. Run `aws iam create-service-linked-role --aws-service-name accountdiscovery.ssm.amazonaws.com`, then up.",
  InvalidOrganizationalUnit: "an organizational unit does not exist. Correct organizationalUnits.",
  TrustedAccessDisabled:
    "Systems Manager is not trusted in the organization. Run `aws organizations enable-aws-service-access --service-principal ssm.amazonaws.com` in its management account.",
};

/** Syncs that other AWS services make for themselves. */
const serviceSyncs: readonly [RegExp, string][] = [
  [/^InspectorResourceDataSync-do-not-delete$/, "Amazon Inspector's, not ours"],
  [/^(AWS-QuickSetup|QuickSetup)/i, "Quick Setup's, not ours"],
];

/** Returns the AWS service that makes syncs of this name for itself; `undefined` when none is known to. */
export function serviceOwning(syncName: string): string | undefined {
  return serviceSyncs.find(([pattern]) => pattern.test(syncName))?.[1];
}

/** Returns the error of a full quota with the syncs that use it up. */
export async function describeQuota(error: Error, settings: SyncSettings, work: Work): Promise<Error> {
  const used = await Promise.all(
    ["SyncToDestination", "SyncFromSource"].map(async (type) =>
      (await listSyncs(work.clients, settings, type)).map(({ SyncName = "" }) => {
        const owner = serviceOwning(SyncName);
        return `  ${SyncName} (${type}${owner ? `; ${owner}` : ""})`;
      }),
    ),
  ).catch(() => [["  (they could not be listed)"]]);
  return new Error(`${error.message}\nThere are in ${targetName(settings)}:\n${used.flat().join("\n")}`, {
    cause: error,
  });
}
