import type { BackupRequest } from "./backup.ts";
import { planTable } from "./copy/plan.ts";
import { forecastLocation } from "./location-forecast.ts";
import type { LocationForecast } from "./location-forecast.ts";
import { contentsOf } from "./table-contents.ts";
import type { TableContents } from "./table-contents.ts";
import { tryDeletes } from "./copy/table-copy.ts";

/** What a backup would copy, and where to. */
export interface BackupSurvey extends LocationForecast {
  /** Absent for a table that has never held data. */
  contents?: TableContents;
  /** Statistics files that the table's metadata names and that are gone. */
  leftOut: string[];
}

/**
 * Looks at all that a backup would read but the data, and writes nothing.
 * @throws what the backup would refuse, with file and reason
 */
export async function surveyBackup(request: Omit<BackupRequest, "onProgress">): Promise<BackupSurvey> {
  const { source, destination, history, read, write, signal } = request;
  const where = { source, destination, history, write };
  if (source.metadataLocation === undefined) return { ...(await forecastLocation(where)), leftOut: [] };
  const plan = await planTable(read, source.metadataLocation, history, signal);
  const contents = contentsOf(plan);
  const place = await forecastLocation({ ...where, contents });
  await tryDeletes(plan, read, place.location, signal);
  return { ...place, contents, leftOut: [...plan.leftOut].toSorted() };
}
