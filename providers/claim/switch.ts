import { isDeepStrictEqual } from "node:util";
import { targetName } from "../../src/aws/index.ts";
import { claimForecast } from "./claim-preflight.ts";
import {
  declaredClaim,
  halvesText,
  isClaimNew,
  isExportDeclared,
  isOrdered,
  orderText,
  otherExportDeclared,
} from "../slot/declared.ts";
import { expirationPermissionFindings } from "../access/permission-preflight.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import { errorsIn, findingText } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import { noteOwner } from "../slot/known-release.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { backUpTable } from "./making-room.ts";
import { releaseOf, writeRelease } from "../slot/release-record.ts";
import type { Release } from "../slot/release-record.ts";
import { backupsOf, observeTable } from "../slot/slot.ts";
import type { SlotTable } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** How often a table may change while it is backed up. AWS writes to it once a day, and compacts it now and then. */
export const backupAttempts = 5;

/** The configuration that is about to be deleted. */
export type LeavingExport = Pick<TableSettings, "account" | "region" | "domain" | "encryption" | "tableBucketArn"> &
  Pick<ExportSettings, "role" | "recordExpirationDays">;

/**
 * Makes sure, before a configuration is deleted to make room for another claim, that the rest of the switch can come: looks at all that it
 * needs, writes down whose table it is, and backs the table up while the old export still runs. Nothing to do where no claim is declared:
 * then the configuration is removed for good, and its table is not touched here.
 * @param isSeen whether the configuration was seen, so that the table is its domain's; where it may not be asked for, what the state and the record say counts
 * @throws when the switch cannot be finished; nothing was touched then
 */
export async function prepareSwitch(leaving: LeavingExport, isSeen: boolean, work: Work): Promise<void> {
  const next = declaredClaim(leaving);
  const other = next ? undefined : otherExportDeclared(leaving);
  if (next && work.isUntargeted) throw new Error(halfText(leaving, next.domain));
  if (other !== undefined) throw new Error(halfText(leaving, other));
  if (!isOrdered(leaving)) throw new Error(unorderedText(leaving));
  const isAgain = isExportDeclared(leaving) || isClaimNew(leaving);
  const isRemoval = !next || (next.domain === leaving.domain && !isAgain && sameKey(next, leaving));
  if (isRemoval) {
    const table = isSeen ? await observeTable(leaving, work) : undefined;
    if (table) noteTable(leaving, table);
    return;
  }
  work.progress.status("looking at what the new export needs");
  const { findings, decision, slot } = await claimForecast(next, leaving, work);
  const errors = errorsIn([...findings, ...(await unseenExportFindings(next, leaving, work))]);
  if (errors.length > 0) {
    throw new Error(
      `The export of ${leaving.domain} in ${targetName(leaving)} was not deleted, since ${next.domain} could not take its place. ` +
        `Nothing was touched.\n${errors.map(findingText).join("\n")}`,
    );
  }
  if (slot.table && isSeen) {
    await writeRelease(next, backupsOf(next, work, slot.table.encryption), noteTable(leaving, slot.table));
  }
  if (decision.act === "backUpAndDrop") await backUpWhileExporting(next, slot.table!, work);
}

/**
 * Finds what stands against the new export's expiration of rows, as far as it can be known: the engine has the new export checked only after
 * the old one's deletion, so where nobody has judged the plan, one that the old export has is taken to be wanted again. Where it has none, the
 * right for it is no condition: a role has it only where a spec wants an expiration.
 */
async function unseenExportFindings(next: TableSettings, leaving: LeavingExport, work: Work): Promise<Finding[]> {
  if (leaving.recordExpirationDays === undefined || work.isPlanJudged) return [];
  const findings = await expirationPermissionFindings(next, work);
  const ground =
    `The export of ${leaving.domain} has an expiration of rows, so that of ${next.domain} is taken to want one; ` +
    "where it wants none, take `recordExpirationDays` off the old one first.";
  return findings.map((finding) => ({ ...finding, cure: `${finding.cure} ${ground}` }));
}

/** Says that a run does one half of a switch alone, as one with targets can: the other half would have no table, or no export. */
function halfText({ domain, ...target }: LeavingExport, next: string): string {
  return `The export of ${domain} in ${targetName(target)} was not deleted: this run does one half of the switch to ${next} alone. ${halvesText}`;
}

function unorderedText({ domain, ...target }: LeavingExport): string {
  return `The export of ${domain} in ${targetName(target)} was not deleted. Nothing was touched. ${orderText}`;
}

function sameKey(next: TableSettings, leaving: LeavingExport): boolean {
  return isDeepStrictEqual(next.encryption, leaving.encryption);
}

/** A table that changes at each attempt is no obstacle yet: the claim backs it up again when nothing writes to it any more. */
async function backUpWhileExporting(next: TableSettings, found: SlotTable, work: Work): Promise<void> {
  let table: SlotTable | undefined = found;
  for (let attempt = 1; table && attempt <= backupAttempts; attempt++) {
    if (await backUpTable(next, table, work)) return;
    table = await observeTable(next, work);
  }
}

/** The configuration is there, so the table is its domain's: nobody can tell that once it is deleted. */
function noteTable(leaving: LeavingExport, table: SlotTable): Release {
  const release = { ...releaseOf(table), domain: leaving.domain };
  noteOwner(leaving, release);
  return release;
}
