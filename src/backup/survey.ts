import type { BackupRequest } from "./backup.ts";
import { copyLocation } from "./location.ts";
import { planTable } from "./plan.ts";
import { findReceipt, receiptUri } from "./receipt.ts";
import type { Receipt } from "./receipt.ts";
import { contentsOf } from "./table-contents.ts";
import type { TableContents } from "./table-contents.ts";
import { tryDeletes } from "./table-copy.ts";

/** What a backup would copy, and where to. */
export interface BackupSurvey {
  location: string;
  /** Absent for a table that has never held data. */
  contents?: TableContents;
  /** Statistics files that the table's metadata names and that are gone. */
  leftOut: string[];
  /** Of this version, where it was backed up already. */
  receipt?: Receipt;
}

/**
 * Looks at all that a backup would read but the data, and writes nothing.
 * @throws what the backup would refuse, with file and reason
 */
export async function surveyBackup(request: Omit<BackupRequest, "onProgress">): Promise<BackupSurvey> {
  const { source, destination, history, read, write, signal } = request;
  const location = copyLocation(destination, source, history);
  const receipt = await findReceipt(write, receiptUri(location));
  if (source.metadataLocation === undefined) return { location, leftOut: [], receipt };
  const plan = await planTable(read, source.metadataLocation, history, signal);
  await tryDeletes(plan, read, location, signal);
  return { location, contents: contentsOf(plan), leftOut: [...plan.leftOut].toSorted(), receipt };
}
