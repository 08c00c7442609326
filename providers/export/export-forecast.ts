import { isDeepStrictEqual } from "node:util";
import { targetName } from "../../src/aws/index.ts";
import { cannotExport } from "../slot/claim-decision.ts";
import { findConfiguration, findHolders } from "../slot/configurations.ts";
import { existingFindings } from "./existing-export.ts";
import { expirationLook, createdExportExpiration, keptExportExpiration, earlierExpiration } from "./expiration.ts";
import { exportFindings } from "./export-preflight.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { expirationPermissionFindings } from "../access/permission-preflight.ts";
import { isSwitchToCome } from "../slot/declared.ts";
import { findTable } from "../slot/exported-table.ts";
import { isUnfinishedCreate, knowsOther } from "../slot/recorded-claims.ts";

/** Finds what AWS would refuse of an export, and which rows its expiration would lose, if `recorded`, or nothing, became `desired`. Reads only. */
export async function exportForecast(
  desired: ExportSettings,
  recorded: ExportSettings | undefined,
  work: Work,
): Promise<Finding[]> {
  const goesOn = recorded?.domain === desired.domain && isDeepStrictEqual(recorded.encryption, desired.encryption);
  const isSet = desired.recordExpirationDays !== undefined;
  const expires = !goesOn || desired.recordExpirationDays !== recorded.recordExpirationDays;
  if (goesOn) {
    const isUnfinished = isUnfinishedCreate(desired);
    const first =
      isUnfinished && !expires
        ? earlierExpiration(
            desired.recordExpirationDays,
            desired,
            await findConfiguration(work.clients, desired.domain),
          )
        : keptExportExpiration;
    // A change of anything else leaves the expiration alone, whatever it is in AWS.
    const isTouched = expires || isUnfinished || recorded.enabled !== desired.enabled;
    const look = isTouched ? await expirationLook(desired, first, work) : undefined;
    if (look && expires) work.onExpiration?.(look);
    else if (!work.isInPlace && (await isTableAbsent(desired, work)))
      work.onExpiration?.({ becomes: "absent", findings: [] });
    const isChanged = work.isInPlace === true && (expires || recorded.enabled !== desired.enabled);
    return [...(look?.findings ?? []), ...(isChanged ? await changeFindings(desired, recorded, work) : [])];
  }
  const found = await Promise.all([
    recorded && isSet ? expirationPermissionFindings(desired, work) : [],
    exportFindings(desired, work),
    recorded?.domain === desired.domain ? [] : existingFindings(desired, work),
    besideClaimFindings(desired, recorded, work),
  ]);
  return found.flat();
}

/**
 * Finds what the look at a switch's claim does not tell, of an export that a plan checks after the old one's deletion. Once the claim is made the
 * old one is gone: whatever stands against the expiration then must not keep the export itself from being put.
 */
export function switchedExportForecast(desired: ExportSettings): ((work: Work) => Promise<Finding[]>) | undefined {
  if (desired.recordExpirationDays === undefined || !isSwitchToCome(desired)) return undefined;
  return (work) => expirationPermissionFindings(desired, work);
}

/** Tells whether the claim of an export that is made again found that its table is gone, as after half a switch. */
async function isTableAbsent(desired: ExportSettings, { claimAhead }: Work): Promise<boolean> {
  const claim = await claimAhead?.(desired);
  return claim !== undefined && claim !== "untouched" && claim.becomes === "absent";
}

/** Finds what stands against a change of a configuration that is to be there. */
async function changeFindings(desired: ExportSettings, recorded: ExportSettings, work: Work): Promise<Finding[]> {
  const { domain } = desired;
  const [present, needs] = await Promise.all([
    findConfiguration(work.clients, domain),
    desired.enabled && !recorded.enabled ? exportFindings(desired, work) : [],
  ]);
  if (present) return needs;
  const message = `By the state ${domain} has an export in ${targetName(desired)}, which is to be changed; by AWS it has none.`;
  const cure = "If the state is an older one, restore the newest; else `sluice up --refresh` makes the export anew.";
  return [...needs, { code: "state-outdated", severity: "error", property: "domain", message, cure }];
}

/** Finds what stands against a new export where its claim keeps the table that is there, which the claim's own look does not tell. */
async function besideClaimFindings(
  desired: ExportSettings,
  recorded: ExportSettings | undefined,
  work: Work,
): Promise<Finding[]> {
  const claim = await work.claimAhead?.(desired);
  if (claim === undefined || (claim !== "untouched" && claim.becomes !== "kept")) return [];
  const present = desired.adopt ? undefined : await findConfiguration(work.clients, desired.domain);
  const look = await expirationLook(desired, await createdExportExpiration(desired, present, work), work);
  if (look) work.onExpiration?.(look);
  const losses = look?.findings ?? [];
  if (claim !== "untouched") return losses;
  const { holders } = await findHolders(work.clients, desired);
  const other = holders.find((holder) => holder !== desired.domain && holder !== recorded?.domain);
  if (other === undefined) return [...losses, ...(await foreignTableFindings(desired, work))];
  return [...losses, { code: "export-holder", severity: "error", property: "domain", ...cannotExport(desired, other) }];
}

/** Finds whether a table lies in the slot that is not the one which the kept claim knows: the export would write into somebody else's. */
async function foreignTableFindings(desired: ExportSettings, { clients }: Work): Promise<Finding[]> {
  const table = await findTable(clients, desired.tableBucketArn);
  if (!table || !knowsOther(desired, table.arn)) return [];
  return [
    {
      code: "table-leftover",
      severity: "error",
      property: "domain",
      message: `${desired.domain} cannot export in ${targetName(desired)}: the table that it had is gone, and one of unknown origin lies in its place (${table.arn}).`,
      cure:
        "Find out whose it is (`sluice discover`). Then take the entry out of the spec and run up, which touches no table that this stack has not made; and declare it " +
        "again with `table.leftover`, which says what becomes of the table: `adopt` goes on with it, `backUpAndDrop` keeps a verified backup and drops it.",
    },
  ];
}
