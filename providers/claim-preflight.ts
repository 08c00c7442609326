import { planTable } from "../src/backup/index.ts";
import { explain } from "../src/aws/index.ts";
import { backupFindings, backupFindingsFor } from "./backup-preflight.ts";
import { decide } from "./evidence.ts";
import type { Decision } from "./evidence.ts";
import { exportFindings } from "./export-preflight.ts";
import type { Finding } from "./finding.ts";
import type { Work } from "./lifecycle.ts";
import { backupsOf, observeSlot } from "./slot.ts";
import type { Slot } from "./slot.ts";
import { whereIs } from "./table-settings.ts";
import type { TableSettings } from "./table-settings.ts";

/** Who holds the slot until the claim's replacement has deleted it. */
export type Predecessor = Pick<TableSettings, "domain">;

/** What a look at the slot came to. */
export interface ClaimOutlook {
  findings: Finding[];
  /** What the claim will do, when nothing stops it. */
  decision: Decision;
  slot: Slot;
}

/**
 * Finds what the claim, and the export that needs it, will need, and what it will do with the table in the slot, as if the predecessor's
 * configuration were deleted already. Reads only: the last step of a switch is known to come before the first one takes anything away.
 */
export async function claimOutlook(
  desired: TableSettings,
  predecessor: Predecessor | undefined,
  work: Work,
): Promise<ClaimOutlook> {
  const [needs, found] = await Promise.all([
    exportFindings(desired, work),
    observeSlot(desired, work).catch((error: unknown) => backupFindingsFor(error, desired, work)),
  ]);
  if (Array.isArray(found)) return { findings: [...needs, ...found], decision: refusalFrom(found), slot: emptySlot };
  const slot = withoutPredecessor(found, predecessor);
  const decision = decide(desired, slot);
  const findings = [...needs, ...unaskedFindings(found, desired)];
  if (decision.act === "refuse") {
    const { code, property, reason: message } = decision;
    findings.push({ code, severity: "error", property, message });
  }
  if (decision.act === "backUpAndDrop") {
    const both = [backupFindings(desired, work), tableFindings(desired, slot, work)];
    findings.push(...(await Promise.all(both)).flat());
  }
  return { findings, decision, slot };
}

const emptySlot: Slot = { holders: [], unasked: [] };

function refusalFrom(findings: Finding[]): Decision {
  const { code, property, message } = findings.find(({ severity }) => severity === "error")!;
  return { act: "refuse", code, property, reason: message };
}

/** The slot once the predecessor has let go of it: the table that its configuration holds is known to be its own. */
function withoutPredecessor(found: Slot, predecessor: Predecessor | undefined): Slot {
  const { table } = found;
  if (!predecessor || !found.holders.includes(predecessor.domain)) return found;
  const holders = found.holders.filter((domain) => domain !== predecessor.domain);
  if (!table) return { ...found, holders };
  const { domain } = predecessor;
  const time = new Date().toISOString();
  return { ...found, holders, release: { domain, encryption: table.encryption, tableArn: table.arn, time } };
}

/** Whether the table can be copied at all is told by a walk through its metadata. */
async function tableFindings(desired: TableSettings, { table }: Slot, work: Work): Promise<Finding[]> {
  if (table?.metadataLocation === undefined) return [];
  try {
    await planTable(backupsOf(desired, work), table.metadataLocation, desired.history, work.signal);
    return [];
  } catch (error) {
    const { message } = explain(error, "read the files of", whereIs(desired));
    return [{ code: "table-unfit", severity: "error", property: "backup", message: `${table.arn}: ${message}` }];
  }
}

function unaskedFindings({ unasked }: Slot, { account, region }: TableSettings): Finding[] {
  return unasked.map(({ domain, reason }) => ({
    code: "unknown" as const,
    severity: "warning" as const,
    property: "domain",
    message: `Whether the domain ${domain.id} (${domain.status}, of account ${domain.account || account}) exports in ${account}/${region} is not known: ${reason}`,
    cure: "Allow datazone:GetDataExportConfiguration on it to know; if it exports, AWS refuses the new export.",
  }));
}
