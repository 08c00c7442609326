import { explain, meaningOf, targetName } from "../../src/aws/index.ts";
import { contentsOf, planTable, wholeContentsOf } from "../../src/backup/index.ts";
import type { TableContents } from "../../src/backup/index.ts";
import { placeFindings } from "./backup-preflight.ts";
import type { Decision } from "../slot/claim-decision.ts";
import { messageAndCure } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { backupsOf } from "../slot/slot.ts";
import type { Slot } from "../slot/slot.ts";
import { subjectOf } from "../settings/table-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** What a look at the table in the slot came to. */
interface TableForecast {
  findings: Finding[];
  /** What it holds, if it has data. */
  contents?: TableContents;
}

/**
 * Walks through the table's metadata: it tells what the table holds, and whether it can be copied at all. Where a backup is to be made, its
 * place is looked at too.
 */
export async function tableForecast(
  desired: TableSettings,
  { table }: Slot,
  { act }: Pick<Decision, "act">,
  work: Work,
): Promise<TableForecast> {
  if (!table) return { findings: [] };
  const { metadataLocation } = table;
  const store = backupsOf(desired, work);
  try {
    const plan = metadataLocation && (await planTable(store, metadataLocation, desired.history, work.signal));
    if (!plan) return { findings: act === "backUpAndDrop" ? await placeFindings(desired, table, undefined, work) : [] };
    const copied = await contentsOf(plan);
    const contents =
      desired.history === "all" ? copied : await wholeContentsOf(plan, metadataLocation, store, work.signal);
    if (act !== "backUpAndDrop") return { findings: [], contents };
    const place = await placeFindings(desired, table, copied, work);
    return { findings: [...leftOutFindings(desired, contents.snapshots - copied.snapshots), ...place], contents };
  } catch (error) {
    const text = explain(error, "read the files of", subjectOf(desired)).message;
    const { kind, cure: known } = meaningOf((error as Error).cause ?? error);
    if (kind === "cancelled") throw error;
    if (kind === "denied" || kind === "throttled" || kind === "retryable") {
      const { message: why, cure } = messageAndCure(text, known);
      const message = `Whether the table ${table.arn} can be backed up is not known: ${why}`;
      return { findings: [{ code: "unknown", severity: "warning", property: "backup", message, cure }] };
    }
    const severity = act === "backUpAndDrop" ? "error" : "warning";
    const otherwise =
      "Open the table with Athena or another reader of Iceberg: what that cannot read, AWS Support has to mend; what it can, copy with it.";
    const { message: why, cure } = messageAndCure(text, otherwise);
    return { findings: [{ code: "table-unfit", severity, property: "backup", message: `${table.arn}: ${why}`, cure }] };
  }
}

function leftOutFindings(desired: TableSettings, older: number): Finding[] {
  if (older === 0) return [];
  const snapshots = older === 1 ? "The older snapshot" : `The ${older} older snapshots`;
  const message =
    `${snapshots} of the table in ${targetName(desired)} ${older === 1 ? "is" : "are"} not copied (table.history: current), and gone with the ` +
    "table, with every row that the current snapshot does not have any more.";
  const cure = "To keep them, write `history: all` under `table`.";
  return [{ code: "data-loss", severity: "warning", property: "history", message, cure }];
}
