import { normalise } from "../settings/table-settings.ts";
import { lookingClients } from "./exporting-domain.ts";
import { findTable } from "./exported-table.ts";
import { readRecord, releaseIn, releasesIn } from "./release-record.ts";
import { backupsOf } from "./slot.ts";

/** What lies in a slot after a run that failed. */
export interface TableLeft {
  /** The table's ARN; null when there is none. */
  arn: string | null;
  /** Where the record beside the backups says that its copy lies. */
  copy?: string;
}

/**
 * Returns what a run that failed has left in the slot of a claim: of the table that is there, or else of the one that it was last. Reads only.
 * @param inputs of the claim, as they are declared
 * @throws when AWS does not tell which table is there; a record that cannot be read says nothing
 */
export async function tableLeft(inputs: Record<string, unknown>, signal: AbortSignal): Promise<TableLeft> {
  const claim = normalise(inputs);
  const clients = await lookingClients(claim, signal);
  const arn = (await findTable(clients, claim.tableBucketArn))?.arn ?? null;
  const store = backupsOf(claim, { clients, signal });
  const record = await readRecord(claim, store).catch(() => undefined);
  const receipt = (arn === null ? releasesIn(record)[0] : releaseIn(record, arn))?.receipt;
  return { arn, ...(receipt !== undefined && { copy: receipt.replace(/\/receipt\.json$/, "") }) };
}
