import { debugLog, targetName } from "../src/aws/index.ts";
import { claimLook, claimForecast, keptClaimForecast } from "./claim/claim-preflight.ts";
import { heldTableText, forecastSentence } from "./claim/claim-sentences.ts";
import { recordAloneSentence } from "./claim/record-alone.ts";
import { findConfiguration, findHolders } from "./slot/configurations.ts";
import { declareClaim, declaredClaim, noteClaimMade, noteClaimRead } from "./slot/declared.ts";
import { decide } from "./slot/claim-decision.ts";
import type { Decision } from "./slot/claim-decision.ts";
import { exportIdForm } from "./settings/export-settings.ts";
import { existingFindings } from "./export/existing-export.ts";
import { exportFindings } from "./export/export-preflight.ts";
import { errorsIn, findingText } from "./lifecycle/finding.ts";
import type { Lifecycle, Work } from "./lifecycle/lifecycle.ts";
import { backUpAndDrop, drop } from "./claim/making-room.ts";
import { earlierReceipt, pastTables } from "./claim/earlier-receipt.ts";
import type { PastTables } from "./claim/earlier-receipt.ts";
import { carryRecords } from "./claim/carry-records.ts";
import { noteForeignTable } from "./slot/foreign-tables.ts";
import { recordedClaims } from "./slot/recorded-claims.ts";
import { assertExportGone, dropsTable, releaseClaim } from "./claim/releasing.ts";
import { removalForecast } from "./claim/removal-preflight.ts";
import { removeInterruptedExport } from "./claim/remove-export.ts";
import { observeSlot, observeTable } from "./slot/slot.ts";
import type { Slot } from "./slot/slot.ts";
import { noteAllowancesBeforeTable, noteAllowancesOfLostTables, noteUsedAllowances } from "./slot/used-allowances.ts";
import { backupAttempts } from "./claim/switch.ts";
import { normalise, rules, subjectOf } from "./settings/table-settings.ts";
import type { TableSettings, TableState } from "./settings/table-settings.ts";

/**
 * A domain's claim on the one slot for the exported table. The claim itself is nothing in AWS: what exists is the table, its
 * backups, and beside them the record of the domain that released it.
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 */
export const assetTable: Lifecycle<TableSettings, TableState> = {
  rules,
  kind: "AssetTable",
  normalise,
  declare: declareClaim,
  idOf: ({ account, region, domain }) => `${account}/${region}/${domain}`,

  idForm: { ...exportIdForm, assumed: { backup: "none" } },

  absent: {
    role: null,
    externalId: null,
    backupOwner: null,
    backupKey: null,
    allowLoss: null,
    tableArn: null,
    receipt: null,
  },

  subjectOf: subjectOf,
  successorOf: declaredClaim,

  async preflight(desired, recorded, work) {
    const forecast = await (work.isInPlace ? keptClaimForecast : claimForecast)(desired, recorded, work);
    work.onClaim?.(claimLook(forecast));
    const sentence = recorded && forecastSentence(desired, recorded, forecast);
    if (sentence !== undefined) work.progress.info(sentence);
    return forecast.findings;
  },

  async removalPreflight(recorded, work) {
    const { findings, look } = await removalForecast(recorded, work);
    work.onClaim?.(look);
    return findings;
  },

  /** A claim is there as long as it is recorded; the table may come later, or be gone. */
  async observe(recorded, work) {
    noteClaimRead(recorded);
    const table = await observeTable(recorded, work);
    if (!table) return { ...recorded, tableArn: undefined };
    const isOurs =
      table.arn === recorded.tableArn || (await findConfiguration(work.clients, recorded.domain)) !== undefined;
    // Another domain's table is not this claim's, whatever its encryption.
    return isOurs ? { ...recorded, tableArn: table.arn, encryption: table.encryption } : recorded;
  },

  /** A claim is nothing in AWS: what can be found of one is a table that the domain has. */
  isInAws: ({ tableArn }) => tableArn !== undefined,

  async create(desired, work) {
    const state = await makeClaim(desired, work);
    noteClaimMade(desired);
    return state;
  },

  /** Only what the next backup needs can change in place, and is kept for it; what was written down moves with the place of backups. */
  async update(desired, recorded, work) {
    const { tableArn, receipt } = recorded;
    await carryRecords(desired, [recorded], work);
    return { ...desired, tableArn, receipt };
  },

  async delete(recorded, work) {
    await removeInterruptedExport(recorded, work);
    await assertExportGone(recorded, work);
    const table = await observeTable(recorded, work);
    if (!table) return;
    const isReleased = await releaseClaim(recorded, table, work);
    // What replaces this claim deals with the table by what was just written down.
    if (!dropsTable(recorded)) return;
    if (!isReleased) {
      work.progress.warn(`the table ${table.arn} is not known to be ${recorded.domain}'s; it was not dropped.`);
      return;
    }
    const { holders } = await findHolders(work.clients, recorded);
    if (holders.includes(recorded.domain)) {
      // This stack's own export goes before its claim.
      work.progress.warn(heldTableText(recorded));
      return;
    }
    for (let attempt = 1; attempt <= backupAttempts; attempt++) {
      const slot = await observeSlot(recorded, work);
      if (!slot.table || slot.table.arn !== table.arn) return;
      if (await backUpAndDrop(recorded, slot, work)) return;
    }
    throw changingTableError(recorded);
  },
};

/** Makes room for the claim, as far as the slot has none. */
async function makeClaim(desired: TableSettings, work: Work): Promise<TableState> {
  await carryRecords(desired, recordedClaims(desired), work);
  for (let attempt = 1; attempt <= backupAttempts; attempt++) {
    const slot = await observeSlot(desired, work);
    const decision = decide(desired, slot);
    debugLog("decided on the slot", { ...slot, decision });
    await assertNeeds(desired, decision, work);
    if (decision.act !== "adopt" && decision.act !== "refuse") noteAllowancesBeforeTable(desired);
    const byRecord = decision.act === "refuse" ? undefined : recordAloneSentence(desired, slot);
    if (byRecord !== undefined && attempt === 1) work.progress.warn(byRecord);
    switch (decision.act) {
      case "refuse":
        throw new Error(findingText(decision));
      case "claim": {
        const past = await pastTables(desired, slot, work);
        reportBackupOfRows(desired, past, undefined, work);
        noteAllowancesOfLostTables(desired, recordedClaims(desired));
        // The spec may be as before again, without the word by which an interrupted create has lost the table.
        const interrupted = (await work.ownership.interruptedInputs()) as Partial<TableSettings> | undefined;
        if (interrupted) noteAllowancesOfLostTables({ ...desired, ...interrupted }, recordedClaims(desired));
        return { ...desired, receipt: await earlierReceipt(past, work) };
      }
      case "adopt":
        await assertOurs(desired, slot, work);
        if (work.ownership.hasAdopted || slot.release?.domain !== desired.domain)
          noteForeignTable(desired, slot.table!.arn);
        work.progress.warn(`the table ${slot.table!.arn} was adopted for ${desired.domain}.`);
        return { ...desired, tableArn: slot.table!.arn };
      case "drop":
        if (!(await drop(desired, slot.table!, work))) break;
        noteUsedAllowances(desired, [decision.allowance]);
        return { ...desired };
      case "backUpAndDrop": {
        const receipt = await backUpAndDrop(desired, slot, work);
        if (!receipt) break;
        reportBackupOfRows(desired, { settings: desired, releases: slot.past }, slot.table!.arn, work);
        return { ...desired, receipt };
      }
    }
  }
  throw changingTableError(desired);
}

/** A configuration that is there already, and its table with it, is taken over only where there is a ground for it. */
async function assertOurs(desired: TableSettings, { holders }: Slot, work: Work): Promise<void> {
  if (!holders.includes(desired.domain)) return;
  const errors = errorsIn(await existingFindings(desired, work));
  if (errors.length > 0) throw new Error(errors.map(findingText).join("\n"));
}

/** Before a table goes, the export for which it goes must be known to come. */
async function assertNeeds(desired: TableSettings, { act }: Decision, work: Work): Promise<void> {
  if (act !== "drop" && act !== "backUpAndDrop") return;
  const findings = await exportFindings(desired, work);
  const errors = findings.filter(
    ({ severity, code, property }) => severity === "error" || (code === "unknown" && property === "domain"),
  );
  if (errors.length === 0) return;
  throw new Error(
    `The table of ${targetName(desired)} was kept, since ${desired.domain} could not export there:\n${errors.map(findingText).join("\n")}`,
  );
}

/** Whoever goes back to a domain looks for its table. */
function reportBackupOfRows(
  { domain }: TableSettings,
  { releases }: PastTables,
  tableArn: string | undefined,
  { progress }: Work,
): void {
  const last = releases.find((release) => release.domain === domain && release.tableArn !== tableArn);
  if (last?.receipt === undefined) return;
  progress.warn(
    `${domain} begins with an empty table. The one that it had was dropped after a verified backup, whose receipt is ${last.receipt}.`,
  );
}

function changingTableError(settings: TableSettings): Error {
  return new Error(
    `The exported table of ${targetName(settings)} changed each of ${backupAttempts} times that it was backed up. It was kept. Run it again later.`,
  );
}
