import { isDeepStrictEqual } from "node:util";
import { explain, targetName } from "../../src/aws/index.ts";
import { findConfiguration, findHolders } from "../slot/configurations.ts";
import type { Configuration } from "../slot/configurations.ts";
import type { ExportNeeds } from "./export-preflight.ts";
import { subjectOf } from "../settings/export-settings.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import {
  foreignObjectError,
  interruptedTakeover,
  reportTakeover,
  SentChange,
  takeoverCure,
  unfitObjectError,
} from "../lifecycle/ownership.ts";
import { errorWithOutcome } from "../lifecycle/error-with-outcome.ts";
import { lastLook } from "../lifecycle/last-look.ts";
import { noExportText, waysText } from "../slot/no-export.ts";
import { recordedClaims } from "../slot/recorded-claims.ts";
import { putExport } from "./put-export.ts";

/** Finds whether the domain has a configuration already that a create would meet. Reads only. */
export async function existingFindings(desired: ExportNeeds, work: Work): Promise<Finding[]> {
  const present = await findConfiguration(work.clients, desired.domain);
  if (!present) return [];
  const ground = await work.ownership.groundFor(present.createdAt, new SentChange());
  const { resource } = subjectOf(desired);
  const fits = isDeepStrictEqual(present.encryption, desired.encryption);
  const like = `enabled ${present.enabled}, encryption ${JSON.stringify(present.encryption)}`;
  const found = `${resource} exists in ${targetName(desired)} (${like})`;
  const finding = { code: "export-exists", property: "domain" } as const;
  if (ground === "interrupted" && fits) {
    const message = `${found}. ${interruptedTakeover(present.createdAt)}`;
    return [{ ...finding, severity: "warning", message, cure: takeoverCure }];
  }
  if (ground && fits) {
    return [{ ...finding, severity: "warning", message: `${found}, and will be taken over.`, cure: takeoverCure }];
  }
  const cure = ground
    ? "Write the encryption that it has, run up, and change it afterwards."
    : "Take it over with `adopt: true` in its entry, or `sluice up --adopt`; or leave it to whoever made it.";
  return [{ ...finding, severity: "error", message: `${found}, and nothing says that this stack made it.`, cure }];
}

/** Takes over a configuration that this domain has already, if there is a ground for it, and switches it as desired. */
export async function takeOverExport(
  desired: ExportSettings,
  present: Configuration,
  sending: SentChange,
  work: Work,
): Promise<void> {
  const { resource } = subjectOf(desired);
  const ground = await work.ownership.groundFor(present.createdAt, sending);
  const settings = `enabled ${present.enabled}, encryption ${JSON.stringify(present.encryption)}`;
  if (!ground) throw foreignObjectError(resource, targetName(desired), settings, "leave it to whoever made it");
  if (!isDeepStrictEqual(present.encryption, desired.encryption))
    throw unfitObjectError(resource, targetName(desired), settings);
  reportTakeover(resource, ground, work.progress);
  if (present.enabled !== desired.enabled) await putExport(desired, present, work);
}

/**
 * Returns the configuration that was made although AWS answered with an error, or not at all.
 * @throws the error, when there is none from this call; that there was none before is known. Where another export was deleted for
 * it, it says what exports now, unless who started the run does
 */
export async function configurationMade(
  desired: ExportSettings,
  sending: SentChange,
  work: Work,
  error: unknown,
): Promise<Configuration> {
  const isReportedHere = recordedClaims(desired).length > 0 && !work.isReportedElsewhere;
  let hasNone: boolean | undefined;
  const made = await lastLook(work, async ({ clients }) => {
    const found = await findConfiguration(clients, desired.domain);
    if (isReportedHere && !found) hasNone = (await findHolders(clients, desired)).holders.length === 0;
    return found;
  });
  const isLike = made !== undefined && isDeepStrictEqual(made.encryption, desired.encryption);
  if (isLike && made.enabled === desired.enabled && sending.precedes(made.createdAt)) return made;
  if (!isReportedHere || made || hasNone === false) throw error;
  const outcome = hasNone
    ? noExportText(desired, true)
    : `Whether any domain exports in ${targetName(desired)} now is not known: AWS does not tell. ${waysText(desired, true)}`;
  throw errorWithOutcome(explain(error, "create", subjectOf(desired)), outcome, error);
}
