import { targetName } from "../../src/aws/index.ts";
import { backupFindings, backupFindingsFor } from "./backup-preflight.ts";
import type { ClaimLook } from "../lifecycle/claim-look.ts";
import { isLeaving, keysOf } from "./claim-preflight.ts";
import { dropPermissionFindings } from "../access/permission-preflight.ts";
import { heldTableText } from "./claim-sentences.ts";
import { findConfiguration } from "../slot/configurations.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { wasRecreated } from "../lifecycle/recreated.ts";
import { recordedClaims } from "../slot/recorded-claims.ts";
import { observeSlot } from "../slot/slot.ts";
import type { Slot } from "../slot/slot.ts";
import { tableForecast } from "./table-forecast.ts";
import type { TableState } from "../settings/table-settings.ts";

/**
 * Finds what the removal of a claim that drops its table will do with the table in the slot, and what it will need for that, before the export
 * that goes along is deleted. Reads only.
 */
export async function removalForecast(
  recorded: TableState,
  work: Work,
): Promise<{ findings: Finding[]; look: ClaimLook }> {
  const found = await observeSlot(recorded, work, recorded.domain).catch((error: unknown) =>
    backupFindingsFor(error, recorded, work),
  );
  if (Array.isArray(found))
    return { findings: found.map(removalFinding), look: { becomes: "unknown", isExporting: false } };
  const { table, holders } = found;
  const isExporting = holders.length > 0;
  if (!table) return { findings: [], look: { becomes: "absent", isExporting } };
  const owner = ownerIn(found, recorded);
  const isHeld = holders.includes(recorded.domain) && !(await isDeleted(recorded, work));
  const isOurs = owner === recorded.domain && (recorded.tableArn ?? table.arn) === table.arn && !isHeld;
  const act = isOurs ? "backUpAndDrop" : "adopt";
  const steps = { dropped: table.arn, backsUp: table.metadataLocation !== undefined, ...keysOf(recorded, found) };
  const [place, permissions, forecast] = await Promise.all([
    isOurs ? backupFindings(recorded, work, table.encryption) : [],
    isOurs ? dropPermissionFindings(recorded, steps, work) : [],
    tableForecast(recorded, found, { act }, work),
  ]);
  const kept = isOurs ? [] : [isHeld ? heldFinding(recorded) : foreignTableFinding(recorded, table.arn, owner)];
  const findings = [...[...place, ...forecast.findings].map(removalFinding), ...permissions, ...kept];
  const isStopped = findings.some(({ severity }) => severity === "error");
  const { contents } = forecast;
  const isEmpty = table.metadataLocation === undefined || contents?.rows === 0;
  return {
    findings,
    look: {
      becomes: isStopped ? "stops" : isOurs ? "backedUp" : "kept",
      isExporting,
      ...(owner !== undefined && { owner }),
      ...(isEmpty && { isEmpty }),
      ...(contents && { contents }),
    },
  };
}

/** Whether the export that is there goes before its claim does: not one that the state has lost, nor one that somebody else has made anew. */
async function isDeleted(recorded: TableState, work: Work): Promise<boolean> {
  if (!(await isLeaving(recorded, recorded, work))) return false;
  const times = recordedClaims(recorded).flatMap(({ domain, createdAt }) =>
    domain === recorded.domain && createdAt !== undefined ? [createdAt] : [],
  );
  if (times.length === 0) return true;
  const present = await findConfiguration(work.clients, recorded.domain);
  return times.some((time) => !wasRecreated(time, present?.createdAt));
}

/** A removal goes by what is recorded. */
function removalFinding(finding: Finding): Finding {
  if (finding.severity === "warning") return finding;
  return {
    ...finding,
    cure: `${finding.cure} A change in the spec counts once it is applied: run up with it before the entry goes.`,
  };
}

/** Whose the table is: whoever exports into it, else the one who is known to have left it there. */
function ownerIn({ holders, table, release }: Slot, { domain }: TableState): string | undefined {
  const other = holders.find((holder) => holder !== domain);
  return other ?? holders[0] ?? (release?.tableArn === table?.arn ? release?.domain : undefined);
}

function heldFinding(claim: TableState): Finding {
  const cure =
    "If the table is to go all the same, find out who needs that export, delete it and then the table by hand.";
  return { code: "export-holder", severity: "warning", property: "onRemoval", message: heldTableText(claim), cure };
}

/** Says that a table is not dropped with its claim, since it is not, or is not known to be, the claim's. */
function foreignTableFinding(claim: TableState, arn: string, owner: string | undefined): Finding {
  const { domain, tableArn } = claim;
  const other = owner === domain ? `it is not the one that this stack knows (${tableArn})` : `it is that of ${owner}`;
  const why = owner === undefined ? "nobody knows whose it is" : other;
  const message = `The exported table of ${targetName(claim)} (${arn}) stays, though \`onRemoval\` is backUpAndDrop: ${why}.`;
  const cure =
    "If the table is to go all the same, find out who needs it, keep a copy (`sluice backup`), and delete it by hand.";
  return { code: "table-leftover", severity: "warning", property: "onRemoval", message, cure };
}
