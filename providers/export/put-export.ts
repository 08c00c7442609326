import { createHash, randomUUID } from "node:crypto";
import { PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { meaningOf } from "../../src/aws/index.ts";
import type { Configuration } from "../slot/configurations.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { retryWhile } from "../lifecycle/waiting.ts";

/** Seconds for which AWS may be busy with another change. */
export const otherChangeSeconds = 60;

/** Puts the settings, with one token for all attempts of this change, and another one when AWS says that it clashes. */
export async function putExport(
  desired: ExportSettings,
  present: Configuration | undefined,
  work: Work,
): Promise<void> {
  let token = tokenFor(desired, present);
  let cured = false;
  const mayPass = (error: unknown) => {
    const { kind, retried } = meaningOf(error);
    if (kind !== "token") return retried;
    if (cured) return false;
    token = randomUUID();
    cured = true;
    return true;
  };
  const send = () =>
    work.clients.datazone.send(
      new PutDataExportConfigurationCommand({
        domainIdentifier: desired.domain,
        enableExport: desired.enabled,
        // AWS's own answers leave the default encryption out, and so does the request that asks for it.
        ...(desired.encryption.sseAlgorithm !== "AES256" && { encryptionConfiguration: desired.encryption }),
        clientToken: token,
      }),
    );
  await retryWhile(send, mayPass, { atMostSeconds: otherChangeSeconds, signal: work.signal });
}

/**
 * A token that the retries of one change share, also those of a later run, since it is made of what is and of what is to be. AWS remembers
 * tokens longer than a configuration may live, so where there is none a new token is right: that there is none is known from AWS.
 */
function tokenFor({ account, region, domain, enabled }: ExportSettings, present: Configuration | undefined): string {
  if (!present) return randomUUID();
  const change = [account, region, domain, enabled, present.enabled, present.updatedAt].join(" ");
  return createHash("sha256").update(change).digest("hex");
}
