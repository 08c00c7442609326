import { isDeepStrictEqual } from "node:util";
import { targetName } from "../../src/aws/index.ts";
import { findConfiguration } from "../slot/configurations.ts";
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
import { lastLook } from "../lifecycle/last-look.ts";
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
 * @throws the error, when there is none from this call; that there was none before is known
 */
export async function configurationMade(
  desired: ExportSettings,
  sending: SentChange,
  work: Work,
  error: unknown,
): Promise<Configuration> {
  const made = await lastLook(work, ({ clients }) => findConfiguration(clients, desired.domain));
  const isLike = made !== undefined && isDeepStrictEqual(made.encryption, desired.encryption);
  if (!isLike || made.enabled !== desired.enabled || !sending.precedes(made.createdAt)) throw error;
  return made;
}
