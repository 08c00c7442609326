import { DeleteDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { isAbsent, meaningOf, targetName } from "../../src/aws/index.ts";
import { findConfiguration, noteRemoved } from "../slot/configurations.ts";
import { findDomain } from "../slot/domains.ts";
import { noteEndedExport } from "../slot/no-export.ts";
import { subjectOf } from "../settings/export-settings.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { otherChangeSeconds } from "../export/put-export.ts";
import { prepareSwitch } from "./switch.ts";
import type { LeavingExport } from "./switch.ts";
import { retryWhile, pollUntilFound } from "../lifecycle/waiting.ts";

const deletionSeconds = 120;

/**
 * Removes a domain's configuration, once the rest of the switch for which it goes is known to come; the absent is removed. A domain that may not
 * be asked may let its configuration be deleted all the same; one on its way out takes it along.
 */
export async function removeExport(leaving: LeavingExport, work: Work): Promise<void> {
  const { domain } = leaving;
  const isThere = await hasConfiguration(leaving, work);
  if (isThere === false) return;
  await prepareSwitch(leaving, isThere === true, work);
  const denial = await deleteConfiguration(domain, work);
  if (denial && (await outlives(leaving, denial, work))) throw denial;
  noteEndedExport(leaving);
  // Whoever may not ask cannot wait; AWS has answered that it is deleted, or the domain goes.
  if (isThere === undefined) return denial ? undefined : noteRemoved(leaving);
  work.progress.status("waiting until it is gone");
  // The claim on the table is released next, which must not happen while AWS still has the configuration.
  const gone = await pollUntilFound(async () => ((await findConfiguration(work.clients, domain)) ? undefined : true), {
    atMostSeconds: deletionSeconds,
    signal: work.signal,
  });
  if (!gone) {
    throw new Error(
      `${subjectOf(leaving).resource} in ${targetName(leaving)} is still there ${deletionSeconds} s after its deletion. Run it again.`,
    );
  }
}

/** Asks whether there is a configuration; `undefined` where the domain may not be asked. */
async function hasConfiguration({ domain }: LeavingExport, { clients }: Work): Promise<boolean | undefined> {
  try {
    return (await findConfiguration(clients, domain)) !== undefined;
  } catch (error) {
    if (meaningOf(error).kind !== "denied") throw error;
    return undefined;
  }
}

/** Deletes a configuration; returns the error where AWS does not permit that. */
async function deleteConfiguration(domain: string, work: Work): Promise<Error | undefined> {
  try {
    await retryWhile(
      () => work.clients.datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: domain })),
      (error) => meaningOf(error).retried,
      { atMostSeconds: otherChangeSeconds, signal: work.signal },
    );
  } catch (error) {
    if (meaningOf(error).kind === "denied") return error as Error;
    if (!isAbsent(error)) throw error;
  }
  return undefined;
}

/** Tells whether a configuration that may not be deleted stays; that of a domain on its way out goes with it. */
async function outlives(
  { domain, ...target }: LeavingExport,
  denial: Error,
  { clients, progress }: Work,
): Promise<boolean> {
  const found = await findDomain(clients, domain).catch(() => {
    throw denial;
  });
  if (found && !found.status.startsWith("DELET")) return true;
  const state = found?.status ?? "gone";
  progress.warn(
    `the configuration of ${domain} in ${targetName(target)} could not be deleted, since the domain is ${state}: it goes with it. Until then AWS may refuse ` +
      "another domain's export; running it again then finishes the switch.",
  );
  return false;
}

/**
 * Removes the configuration that a create has made of which nobody heard the end, so that the state has the claim and not the configuration.
 * Any other one is left as it is: who made it is not known.
 */
export async function removeInterruptedExport(claim: LeavingExport, work: Work): Promise<void> {
  if (!(await hasConfiguration(claim, work))) return;
  const present = await findConfiguration(work.clients, claim.domain);
  if (!present || !(await work.ownership.isOfInterruptedExport(present.createdAt))) return;
  work.progress.info(
    `${subjectOf(claim).resource} in ${targetName(claim)} is there: an earlier run that was interrupted has made it. It is removed with its claim.`,
  );
  await removeExport(claim, work);
}
