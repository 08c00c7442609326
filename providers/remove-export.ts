import { DeleteDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { isAbsent, meaningOf, targetName } from "../src/aws/index.ts";
import { findConfiguration } from "./configurations.ts";
import { subjectOf } from "./export-settings.ts";
import type { Work } from "./lifecycle.ts";
import { otherChange } from "./put-export.ts";
import { prepareSwitch } from "./switch.ts";
import type { LeavingExport } from "./switch.ts";
import { persist, until } from "./waiting.ts";

/** Seconds. */
const deletion = 120;

/** Removes a domain's configuration, once the rest of the switch for which it goes is known to come; the absent is removed. */
export async function removeExport(leaving: LeavingExport, work: Work): Promise<void> {
  const { domain } = leaving;
  if (!(await findConfiguration(work.clients, domain))) return;
  await prepareSwitch(leaving, work);
  try {
    await persist(
      () => work.clients.datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: domain })),
      (error) => meaningOf(error).retried,
      { atMost: otherChange, signal: work.signal },
    );
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  work.progress.status("waiting until it is gone");
  // The claim on the table is released next, which must not happen while AWS still has the configuration.
  const gone = await until(async () => ((await findConfiguration(work.clients, domain)) ? undefined : true), {
    atMost: deletion,
    signal: work.signal,
  });
  if (!gone) {
    throw new Error(
      `${subjectOf(leaving).resource} in ${targetName(leaving)} is still there ${deletion} s after its deletion. Run it again.`,
    );
  }
}

/**
 * Removes the configuration that a create has made of which nobody heard the end, so that the state has the claim and not the configuration.
 * Any other one is left as it is: who made it is not known.
 */
export async function removeInterruptedExport(claim: LeavingExport, work: Work): Promise<void> {
  const present = await findConfiguration(work.clients, claim.domain);
  if (!present || !(await work.ownership.isOfInterruptedExport(present.createdAt))) return;
  work.progress.info(
    `${subjectOf(claim).resource} in ${targetName(claim)} is there: an earlier run that was interrupted has made it. It is removed with its claim.`,
  );
  await removeExport(claim, work);
}
