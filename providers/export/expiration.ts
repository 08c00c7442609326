import { targetName } from "../../src/aws/index.ts";
import type { LossAllowance } from "../../src/resources/loss-allowance.ts";
import { byArnOnly } from "../slot/claim-decision.ts";
import type { ExpirationLook } from "../lifecycle/expiration-look.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import { findTable, recordExpirationOf, setRecordExpiration } from "../slot/exported-table.ts";
import type { ExportedTable } from "../slot/exported-table.ts";
import type { Finding } from "../lifecycle/finding.ts";
import { errorsIn, findingText } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { allowanceOf } from "../../src/resources/kinds.ts";
import { nameForLoss, recordedClaims } from "../slot/recorded-claims.ts";
import { allowanceFor, noteUsedAllowances, usedAllowanceText, usedAllowancesIn } from "../slot/used-allowances.ts";

const dayMs = 86_400_000;

/** Up to which age a table loses nothing that anybody has by its first expiration. */
export interface FirstExpiration {
  days: number;
  /** When the configuration was made, ISO 8601: what the table held before has nobody wanted to expire. */
  since?: string;
}

/** A create meets a table that its own Put has made, or one that lay there. */
const newExportExpiration: FirstExpiration = { days: 1 };

/** The rows of an export that this stack keeps were to be kept for good. */
export const keptExportExpiration: FirstExpiration = { days: 0 };

/**
 * Returns the age for an export whose expiration was wanted when it was made, and could not be set yet. Where a shorter one is wanted now, or
 * none was, its rows were to be kept for longer.
 * @param before the days that were wanted then
 */
export function earlierExpiration(
  before: unknown,
  { recordExpirationDays: days = 0 }: ExportSettings,
  { createdAt }: { createdAt?: string } = {},
): FirstExpiration {
  const isAsLong = typeof before === "number" && days >= before;
  return {
    ...(isAsLong ? { days: before } : keptExportExpiration),
    ...(createdAt !== undefined && { since: createdAt }),
  };
}

/**
 * Returns the age for an export that is created: a configuration that is there and not to be adopted is an interrupted create's, whose table
 * may be days old.
 */
export async function createdExportExpiration(
  desired: ExportSettings,
  present: { createdAt?: string } | undefined,
  { ownership }: Pick<Work, "ownership">,
): Promise<FirstExpiration> {
  if (!present || desired.adopt) return newExportExpiration;
  const { recordExpirationDays } = (await ownership.interruptedInputs()) ?? {};
  return earlierExpiration(recordExpirationDays, desired, present);
}

/** Looks whether rows of the table would expire that are kept today; `undefined` where no expiration is wanted. Reads only. */
export async function expirationLook(
  desired: ExportSettings,
  first: FirstExpiration,
  work: Work,
): Promise<ExpirationLook | undefined> {
  const { recordExpirationDays: days } = desired;
  if (days === undefined) return undefined;
  const table = await findTable(work.clients, desired.tableBucketArn);
  if (!table) return { becomes: "absent", days, findings: [] };
  const present = await recordExpirationOf(work.clients, table.arn);
  const becomes = losesRows(table, present, days, first) ? "expire" : "kept";
  const allowance = becomes === "expire" && allowanceOfLoss(table, desired);
  const findings = lossOf(table, present, desired, first);
  return { becomes, days, ...(allowance && { allowed: allowance.reason }), findings };
}

/** Finds whether rows of the table would expire that are kept today, without a word in the spec that allows it. Reads only. */
export async function expirationFindings(
  desired: ExportSettings,
  first: FirstExpiration,
  work: Work,
): Promise<Finding[]> {
  return (await expirationLook(desired, first, work))?.findings ?? [];
}

/**
 * Sets the expiration of the table's rows, where it is another one.
 * @param before what was recorded of it; an earlier run may have set it, and ended before it was recorded that an allowance was used for that
 * @throws when rows would be lost that nobody has allowed to lose; nothing was changed then
 */
export async function expire(
  table: ExportedTable,
  desired: ExportSettings,
  { before, first }: { before: number | undefined; first: FirstExpiration },
  { clients }: Work,
): Promise<void> {
  const present = await recordExpirationOf(clients, table.arn);
  const { recordExpirationDays: days } = desired;
  if (present !== days) {
    const [refusal] = errorsIn(lossOf(table, present, desired, first));
    if (refusal) throw new Error(findingText(refusal));
    await setRecordExpiration(clients, table.arn, days);
  }
  const used = allowanceOfLoss(table, desired);
  if (used && losesRows(table, present === days ? before : present, days, first)) noteUsedAllowances(desired, [used]);
}

/**
 * Notes the allowance that a change has used of which no run heard the end, where AWS has what it was to make: the spec may be as before again, so
 * that no step looks for it, and the word be written once more.
 */
export function noteInterruptedExpiration(
  table: ExportedTable,
  recorded: ExportSettings,
  present: number | undefined,
  { interruptedUpdate: inputs }: Pick<Work, "interruptedUpdate">,
): void {
  if (present === recorded.recordExpirationDays || inputs?.["recordExpirationDays"] !== present) return;
  const changed = { ...recorded, ...inputs } as ExportSettings;
  const used = allowanceOfLoss(table, changed);
  if (used && losesRows(table, recorded.recordExpirationDays, present, keptExportExpiration))
    noteUsedAllowances(changed, [used]);
}

/** The word of the spec that allows the loss of rows of this table. */
function allowanceOfLoss(table: ExportedTable, desired: ExportSettings): LossAllowance | undefined {
  // What is taken over was made by somebody else.
  const name = desired.adopt ? undefined : nameForLoss(desired, table.arn, desired.domain);
  return allowanceFor(desired.allowLoss, usedAllowancesIn(desired), table.arn, name);
}

/** What is kept today is lost by a shorter time, be it today or on a later day: then nobody is asked any more. */
function losesRows(
  table: ExportedTable,
  present: number | undefined,
  days: number | undefined,
  first: FirstExpiration,
): boolean {
  if (days === undefined || table.metadataLocation === undefined) return false;
  return present === undefined ? ageDays(table) >= youngDays(table, first) : days < present;
}

function lossOf(
  table: ExportedTable,
  present: number | undefined,
  desired: ExportSettings,
  first: FirstExpiration,
): Finding[] {
  const { recordExpirationDays: days, domain, allowLoss } = desired;
  if (days === undefined || !losesRows(table, present, days, first)) return [];
  const usedAllowances = usedAllowancesIn(desired);
  if (allowanceOfLoss(table, desired)) return [];
  const name = desired.adopt ? undefined : nameForLoss(desired, table.arn, domain);
  const kept = present === undefined ? "kept for good" : `kept ${present} days`;
  return [
    {
      code: "data-loss",
      severity: "error",
      property: "recordExpirationDays",
      message: `Rows of the table of ${domain} in ${targetName(desired)} that are older than ${days} day${days === 1 ? "" : "s"} would expire, and do not come back; today they are ${kept}.`,
      cure:
        `Write the expiration that it had; or keep a copy by \`${backupCommand(desired)}\`, which by itself lifts nothing, and allow this very ` +
        `loss: ${allowanceOf(targetName(desired), table.arn)}.` +
        (name === undefined ? ` ${byArnOnly}` : usedAllowanceText(allowLoss, usedAllowances, table.arn, name)),
    },
  ];
}

/** The command that copies the table to where its claim has its backups, as far as the state tells that. */
function backupCommand({ account, region, role, externalId }: ExportSettings): string {
  const claim = recordedClaims({ account, region }).findLast(({ backup }) => backup !== undefined && backup !== "none");
  const options = {
    account,
    region,
    role,
    "external-id": externalId === undefined ? undefined : "ID",
    to: claim?.backup ?? "s3://BUCKET/PREFIX",
    "backup-owner": claim?.backupOwner,
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ["sluice backup", ...given].join(" ");
}

/** How far AWS's times of two services may be apart, in milliseconds. */
const clockSkewMs = 5 * 60_000;

/** Tells whether a table lay there before a configuration was made. */
export function isOlder({ createdAt }: ExportedTable, configuration: { createdAt?: string }): boolean {
  const since = configuration.createdAt;
  return since !== undefined && createdAt !== undefined && Date.parse(createdAt) < Date.parse(since) - clockSkewMs;
}

function youngDays(table: ExportedTable, { days, since }: FirstExpiration): number {
  return isOlder(table, { createdAt: since }) ? Math.min(days, newExportExpiration.days) : days;
}

function ageDays({ createdAt, modifiedAt }: ExportedTable): number {
  if (createdAt === undefined) return Infinity;
  const newest = Math.max(Date.now(), modifiedAt === undefined ? 0 : Date.parse(modifiedAt));
  return (newest - Date.parse(createdAt)) / dayMs;
}
