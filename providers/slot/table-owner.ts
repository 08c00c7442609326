import { declaredClaim } from "./declared.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { ExportedTable } from "./exported-table.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { readRecord, recordUri, releaseIn, writeRelease } from "./release-record.ts";
import { backupsOf } from "./slot.ts";

/**
 * Writes down whose table it is beside the backups, as soon as AWS has made it: once the configuration is gone, with its domain or by a
 * hand, nothing in AWS tells it any more. A failure keeps no export from running; a later claim then asks.
 */
export async function recordOwner(settings: ExportSettings, table: ExportedTable, work: Work): Promise<void> {
  const claim = declaredClaim(settings);
  if (!claim || claim.backup === "none") return;
  const { domain, encryption } = settings;
  try {
    const store = backupsOf(claim, work);
    if (releaseIn(await readRecord(claim, store), table.arn)?.domain === domain) return;
    await writeRelease(claim, store, { domain, encryption, tableArn: table.arn, time: new Date().toISOString() });
  } catch (error) {
    if (work.signal.aborted) throw error;
    work.progress.warn(`whose table it is could not be written to ${recordUri(claim)}: ${(error as Error).message}`);
  }
}
