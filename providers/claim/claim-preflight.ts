import type { TableContents } from "../../src/backup/index.ts";
import { backupFindings, backupFindingsFor } from "./backup-preflight.ts";
import type { ClaimLook } from "../lifecycle/claim-look.ts";
import { decide } from "../slot/claim-decision.ts";
import type { Decision } from "../slot/claim-decision.ts";
import { findConfiguration } from "../slot/configurations.ts";
import { existingFindings } from "../export/existing-export.ts";
import { exportFindings, withUnknownsAsErrors } from "../export/export-preflight.ts";
import { errorsIn } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { makingRoomPermissionFindings, permissionFindings } from "../access/permission-preflight.ts";
import type { SwitchSteps } from "../access/permission-preflight.ts";
import { knowsOther, nameForLoss } from "../slot/recorded-claims.ts";
import { observeSlot } from "../slot/slot.ts";
import type { Slot } from "../slot/slot.ts";
import { recordAloneFindings } from "./record-alone.ts";
import { tableForecast } from "./table-forecast.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** Who holds the slot until the claim's replacement has deleted it. */
export type Predecessor = Pick<TableSettings, "domain">;

/** What a look at the slot came to. */
export interface ClaimForecast {
  findings: Finding[];
  /** What the claim will do, when nothing stops it. */
  decision: Decision;
  slot: Slot;
  /** Whether an export writes to the table now. */
  isExporting: boolean;
  /** What the table in the slot holds, if one lies there with data. */
  contents?: TableContents;
}

/**
 * Finds what the claim, and the export that needs it, will need, and what it will do with the table in the slot, as if the predecessor's
 * configuration were deleted already. Reads only: the last step of a switch is known to come before the first one takes anything away.
 */
export async function claimForecast(
  desired: TableSettings,
  predecessor: Predecessor | undefined,
  work: Work,
): Promise<ClaimForecast> {
  const leaving = predecessor && (await isLeaving(desired, predecessor, work)) ? predecessor : undefined;
  const [known, found] = await Promise.all([
    exportFindings(desired, work),
    observeSlot(desired, work, leaving?.domain).catch((error: unknown) => backupFindingsFor(error, desired, work)),
  ]);
  if (Array.isArray(found))
    return { findings: [...known, ...found], decision: refusalFrom(found), slot: unobservedSlot, isExporting: false };
  const isRunning = leaving !== undefined && found.holders.includes(leaving.domain);
  const running = isRunning && { domain: leaving.domain, encryption: found.table?.encryption };
  const needs = running ? withUnknownsAsErrors(known, desired, running) : known;
  const slot = withoutPredecessor(found, desired, leaving);
  const decision = decide(desired, slot);
  const isOurs = predecessor === undefined || predecessor.domain !== desired.domain;
  const existing = isOurs && found.holders.includes(desired.domain) ? await existingFindings(desired, work) : [];
  const findings = [...needs, ...existing, ...unaskedFindings(found, desired)];
  // What a run of which nobody heard the end has made is no sign of an old state.
  const isForeign = existing.length > 0 || found.holders.some((holder) => holder !== desired.domain);
  if (isForeign) findings.push(...outdatedFindings(found, predecessor, desired, work));
  if (decision.act === "adopt") findings.push(...unknownOwnerFindings(slot, desired));
  if (decision.act !== "refuse") findings.push(...recordAloneFindings(desired, slot));
  if (decision.act === "refuse") {
    const { act: _act, ...refusal } = decision;
    findings.push({ ...refusal, severity: "error" });
  }
  const backsUp = decision.act === "backUpAndDrop";
  const dropped = backsUp || decision.act === "drop" ? slot.table?.arn : undefined;
  const [destination, permissions, table] = await Promise.all([
    backsUp ? backupFindings(desired, work, slot.table?.encryption) : laterBackupFindings(desired, decision, work),
    stepFindings(desired, predecessor, { dropped, backsUp, ...keysOf(desired, slot) }, work),
    tableForecast(desired, slot, decision, work),
  ]);
  findings.push(...destination, ...permissions, ...table.findings);
  return { findings, decision, slot, isExporting: found.holders.length > 0, contents: table.contents };
}

/** Where a new claim may not make room, nothing was taken away before: what IAM does not tell is no warning then. */
async function stepFindings(
  desired: TableSettings,
  predecessor: Predecessor | undefined,
  steps: SwitchSteps,
  work: Work,
): Promise<Finding[]> {
  if (predecessor) return permissionFindings(desired, steps, work);
  return steps.dropped === undefined ? [] : errorsIn(await makingRoomPermissionFindings(desired, steps, work));
}

/** Finds what is wrong with the place of backups that are made one day: nothing is lost yet, and nothing stands against the claim. */
async function laterBackupFindings(desired: TableSettings, { act }: Decision, work: Work): Promise<Finding[]> {
  if (act === "refuse") return [];
  return (await backupFindings(desired, work)).map((finding) => ({ ...finding, severity: "warning" }));
}

/** AWS does not document whether it exports into a table that another domain has made. */
function unknownOwnerFindings(
  { holders, table, release }: Slot,
  { account, region, domain }: TableSettings,
): Finding[] {
  const isOfDomain = holders.includes(domain) || (release?.tableArn === table?.arn && release?.domain === domain);
  if (isOfDomain || !table) return [];
  return [
    {
      code: "table-leftover",
      severity: "warning",
      property: "leftover",
      message: `Whether AWS exports ${domain} in ${account}/${region} into a table that it has not made for it (${table.arn}) is not documented; where it refuses, nothing exports there.`,
      cure: "`leftover: backUpAndDrop` with a place for backups (table.backup) keeps its rows in a verified copy and has AWS make a new table.",
    },
  ];
}

/** Finds what a claim that changes in place will need: nothing is done to the table, and what is written down moves to the place of later backups. */
export async function keptClaimForecast(
  desired: TableSettings,
  recorded: Predecessor | undefined,
  work: Work,
): Promise<ClaimForecast> {
  const found = await observeSlot(desired, work, recorded?.domain).catch((error: unknown) =>
    backupFindingsFor(error, desired, work),
  );
  const decision = { act: "adopt" } as const;
  if (Array.isArray(found)) return { findings: found, decision, slot: unobservedSlot, isExporting: false };
  const [findings, table] = await Promise.all([
    backupFindings(desired, work, found.table?.encryption),
    tableForecast(desired, found, decision, work),
  ]);
  const isExporting = found.holders.length > 0;
  return { findings: [...findings, ...table.findings], decision, slot: found, isExporting, contents: table.contents };
}

/**
 * Tells whether the predecessor's export goes before its claim does. One that the state has lost is deleted by nobody, unless a create of which
 * nobody heard the end has made it.
 */
export async function isLeaving(
  { account, region }: Pick<TableSettings, "account" | "region">,
  { domain }: Predecessor,
  { isLeaving: isDeleted, clients, ownership }: Work,
): Promise<boolean> {
  if (!isDeleted || isDeleted({ account, region, domain })) return true;
  const present = await findConfiguration(clients, domain);
  return present === undefined || (await ownership.isOfInterruptedExport(present.createdAt));
}

/** Returns what an outlook tells of the table in the slot. */
export function claimLook({ decision, findings, slot, isExporting, contents }: ClaimForecast): ClaimLook {
  if (slot === unobservedSlot) return { becomes: "unknown", isExporting };
  const { table, release, holders } = slot;
  if (!table) return { becomes: "absent", isExporting };
  const released = release?.tableArn === table.arn ? release.domain : undefined;
  const owner = holders[0] ?? released;
  const isStopped = findings.some(({ severity }) => severity === "error");
  const isEmpty = table.metadataLocation === undefined || contents?.rows === 0;
  return {
    becomes: isStopped ? "stops" : outcomes[decision.act],
    isExporting,
    ...(owner !== undefined && { owner }),
    ...(isEmpty && { isEmpty }),
    ...(decision.act === "drop" && { allowed: decision.allowance.reason }),
    ...(contents && { contents }),
  };
}

const outcomes = {
  claim: "absent",
  adopt: "kept",
  backUpAndDrop: "backedUp",
  drop: "dropped",
  refuse: "stops",
} as const;

/** Returns by which keys the table is read and its copy is written, which is encrypted as the table is where nothing else is wanted. */
export function keysOf({ backupKey }: TableSettings, { table }: Slot): Pick<SwitchSteps, "keys" | "written"> {
  const written =
    backupKey === undefined ? table?.encryption : ({ sseAlgorithm: "aws:kms", kmsKeyArn: backupKey } as const);
  const keys = [table?.encryption.kmsKeyArn, written?.kmsKeyArn].filter((key) => key !== undefined);
  return { keys, written: written ?? { sseAlgorithm: "AES256" } };
}

const unobservedSlot: Slot = { holders: [], unasked: [], past: [] };

function refusalFrom(findings: Finding[]): Decision {
  const { severity: _severity, ...error } = findings.find(({ severity }) => severity === "error")!;
  return { act: "refuse", ...error };
}

/**
 * The slot once the predecessor has let go of it: the table that its configuration holds, or that its claim alone speaks of, is its own. Where the
 * state knows another table of it, the one that lies there is somebody else's, to the run as well.
 */
function withoutPredecessor(
  found: Slot,
  target: Pick<TableSettings, "account" | "region">,
  predecessor: Predecessor | undefined,
): Slot {
  if (!predecessor) return found;
  const { table, release } = found;
  const { domain } = predecessor;
  const isHolder = found.holders.includes(domain);
  const holders = found.holders.filter((holder) => holder !== domain);
  const others = found.unasked.filter(({ domain: one }) => one.id !== domain);
  const isOther = table !== undefined && knowsOther({ ...target, domain }, table.arn);
  if (!table || (!isHolder && (release !== undefined || isOther))) return { ...found, holders, unasked: others };
  const assumedRelease = { domain, encryption: table.encryption, tableArn: table.arn, time: new Date().toISOString() };
  // AWS has one export in an account and Region: while the predecessor holds it, nobody else does.
  const isNamedByArn = nameForLoss(target, table.arn, domain) === undefined;
  return { ...found, holders, release: assumedRelease, isNamedByArn, unasked: isHolder ? [] : others };
}

/** The plan ends an export in whose place AWS has another: an older state was restored, or somebody has changed it. */
function outdatedFindings(
  { holders, unasked }: Slot,
  predecessor: Predecessor | undefined,
  { account, region }: TableSettings,
  { isLeaving: isDeleted }: Work,
): Finding[] {
  if (!predecessor || !isDeleted?.({ account, region, domain: predecessor.domain })) return [];
  const { domain } = predecessor;
  if (holders.includes(domain) || unasked.some(({ domain: { id } }) => id === domain)) return [];
  const message = `By the state ${domain} exports in ${account}/${region}; by AWS ${holders.join(", ")} does.`;
  const cure =
    "If the state is an older one, restore the newest; else plan with --refresh, which shows what has changed.";
  return [{ code: "state-outdated", severity: "warning", property: "domain", message, cure }];
}

/** A domain that is not even listed is told as missing. */
function unaskedFindings({ unasked }: Slot, { account, region }: TableSettings): Finding[] {
  return unasked
    .filter(({ domain }) => domain.status !== "unlisted")
    .map(({ domain, reason }) => ({
      code: "unknown" as const,
      severity: "warning" as const,
      property: "domain",
      message: `Whether the domain ${domain.id} (${domain.status}, of account ${domain.account || account}) exports in ${account}/${region} is not known: ${reason}`,
      cure: "Allow datazone:GetDataExportConfiguration on it to know; if it exports, AWS refuses the new export.",
    }));
}
