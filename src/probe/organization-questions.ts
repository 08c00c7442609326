import { GetRoleCommand } from "@aws-sdk/client-iam";
import type { QuirkName } from "../emulator/index.ts";
import { isAbsent } from "../aws/index.ts";
import { refusalOf } from "./refusal.ts";
import type { Bench } from "./bench.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";
import { createSync, listedSync, makeDeliveryBucket, sourceOfTarget } from "./probe-syncs.ts";

const quirks: readonly QuirkName[] = ["ssm-missing-role", "ssm-second-shared-sync"];

/** The role with which Explorer discovers an organization's accounts. */
const discoveryRole = "AWSServiceRoleForAmazonSSM_AccountDiscovery";

/** Asks what only an account of an organization can tell. */
export async function askOrganization(bench: Bench): Promise<void> {
  if (!bench.allowed.organization) {
    const reason = unanswered("It takes syncs of the organization, or shared with it: --allow organization asks.");
    for (const quirk of quirks) bench.answers.set(quirk, reason);
    return;
  }
  await bench.ask("ssm-missing-role", () => missingRole(bench));
  await bench.ask("ssm-second-shared-sync", () => secondShared(bench));
}

async function missingRole(bench: Bench): Promise<QuirkAnswer> {
  const absent = await refusalOf(bench.target.clients.iam.send(new GetRoleCommand({ RoleName: discoveryRole })));
  if (absent === undefined)
    return unanswered("The service-linked role is there, and the probe deletes nothing that it did not make.");
  if (!isAbsent(absent)) throw absent;
  const name = bench.name("o");
  const source = {
    ...sourceOfTarget(bench),
    SourceType: "AwsOrganizations",
    AwsOrganizationsSource: { OrganizationSourceType: "EntireOrganization" },
  };
  const refused = await refusalOf(createSync(bench, "SyncFromSource", { SyncName: name, SyncSource: source }));
  let state: string | undefined;
  if (refused === undefined) {
    await bench.until(async () => {
      const item = await listedSync(bench, "SyncFromSource", name);
      state = item?.SyncSource?.State;
      return item !== undefined;
    }, 60_000);
  }
  await bench.remove({ kind: "sync", name, type: "SyncFromSource" });
  if (refused === undefined) {
    return state === "NoPermissions"
      ? answered("state", "it was accepted, and its State is NoPermissions")
      : unanswered(`It was accepted, and its State is ${state ?? "absent"}.`);
  }
  return /service-linked role/i.test(refused.message)
    ? answered("reject", nameOfError(refused))
    : unanswered(`It met ${nameOfError(refused)}, which does not speak of the role: ${refused.message}`);
}

async function secondShared(bench: Bench): Promise<QuirkAnswer> {
  const destination = {
    ...(await makeDeliveryBucket(bench)),
    DestinationDataSharing: { DestinationDataSharingType: "Organization" },
  };
  const names = [bench.name("s1"), bench.name("s2")];
  try {
    await createSync(bench, "SyncToDestination", { SyncName: names[0], S3Destination: destination });
    const refused = await refusalOf(
      createSync(bench, "SyncToDestination", { SyncName: names[1], S3Destination: destination }),
    );
    if (refused?.name === "ResourceDataSyncCountExceededException")
      return answered("count-exceeded", nameOfError(refused));
    if (refused?.name === "ResourceDataSyncInvalidConfigurationException")
      return answered("invalid-configuration", nameOfError(refused));
    return unanswered(`A second shared sync: ${nameOfError(refused)}.`);
  } finally {
    for (const name of names) await bench.remove({ kind: "sync", name, type: "SyncToDestination" });
  }
}
