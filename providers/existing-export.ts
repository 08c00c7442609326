import { isDeepStrictEqual } from "node:util";
import { placeOf } from "../src/aws/index.ts";
import { findConfiguration } from "./configurations.ts";
import type { Configuration } from "./configurations.ts";
import { whereIs } from "./export-settings.ts";
import type { ExportSettings } from "./export-settings.ts";
import type { Work } from "./lifecycle.ts";
import { foreign, sayTakenOver, unfit } from "./ownership.ts";
import type { Sending } from "./ownership.ts";
import { putExport } from "./put-export.ts";

/** Takes over a configuration that this domain has already, if there is a ground for it, and switches it as desired. */
export async function takeOver(
  desired: ExportSettings,
  present: Configuration,
  sending: Sending,
  work: Work,
): Promise<void> {
  const { resource } = whereIs(desired);
  const ground = await work.ownership.groundFor(present.createdAt, sending);
  const settings = `enabled ${present.enabled}, encryption ${JSON.stringify(present.encryption)}`;
  if (!ground) throw foreign(resource, placeOf(desired), settings, "leave it to whoever made it");
  if (!isDeepStrictEqual(present.encryption, desired.encryption)) throw unfit(resource, placeOf(desired), settings);
  sayTakenOver(resource, ground, work.progress);
  if (present.enabled !== desired.enabled) await putExport(desired, present, work);
}

/**
 * Makes sure that a configuration was made although AWS answered with an error, or not at all.
 * @throws the error, when there is none from this call; that there was none before is known
 */
export async function assertMade(desired: ExportSettings, sending: Sending, work: Work, error: unknown): Promise<void> {
  const made = await findConfiguration(work.clients, desired.domain).catch(() => undefined);
  if (!made || !sending.precedes(made.createdAt)) throw error;
}
