import { targetName } from "../src/aws/index.ts";
import type { ExportSettings } from "./export-settings.ts";
import { findTable, recordExpirationOf, setRecordExpiration } from "./exported-table.ts";
import type { ExportedTable } from "./exported-table.ts";
import type { Finding } from "./finding.ts";
import { errorsIn, textOf } from "./finding.ts";
import type { Work } from "./lifecycle.ts";
import { allowanceFor, noteSpent, sayUsed, spentIn } from "./spent-allowances.ts";

const dayMs = 86_400_000;

/** Finds whether rows of the table would expire that are kept today, without a word in the spec that allows it. Reads only. */
export async function expirationFindings(desired: ExportSettings, work: Work): Promise<Finding[]> {
  if (desired.recordExpirationDays === undefined) return [];
  const table = await findTable(work.clients, desired.tableBucketArn);
  return table ? lossOf(table, await recordExpirationOf(work.clients, table.arn), desired) : [];
}

/**
 * Sets the expiration of the table's rows, where it is another one.
 * @throws when rows would be lost that nobody has allowed to lose; nothing was changed then
 */
export async function expire(table: ExportedTable, desired: ExportSettings, { clients }: Work): Promise<void> {
  const present = await recordExpirationOf(clients, table.arn);
  if (present === desired.recordExpirationDays) return;
  const [refusal] = errorsIn(lossOf(table, present, desired));
  if (refusal) throw new Error(textOf(refusal));
  await setRecordExpiration(clients, table.arn, desired.recordExpirationDays);
  const used = allowanceFor(desired.allowLoss, spentIn(desired), table.arn, desired.domain);
  if (used && losesRows(table, present, desired.recordExpirationDays)) noteSpent(desired, [used]);
}

/** No row is older than its table, so a young table loses nothing. */
function losesRows(table: ExportedTable, present: number | undefined, days: number | undefined): boolean {
  if (days === undefined || (present !== undefined && days >= present)) return false;
  return table.metadataLocation !== undefined && ageDays(table) >= days;
}

function lossOf(table: ExportedTable, present: number | undefined, desired: ExportSettings): Finding[] {
  const { recordExpirationDays: days, domain, account, region, allowLoss } = desired;
  if (days === undefined || !losesRows(table, present, days)) return [];
  const spent = spentIn(desired);
  if (allowanceFor(allowLoss, spent, table.arn, domain)) return [];
  const kept = present === undefined ? "kept for good" : `kept ${present} days`;
  return [
    {
      code: "data-loss",
      severity: "error",
      property: "recordExpirationDays",
      message: `Rows of the table of ${domain} in ${targetName(desired)} that are older than ${days} day${days === 1 ? "" : "s"} would expire, and do not come back; today they are ${kept}.`,
      cure:
        `Back the table up first (\`sluice backup --account ${account} --region ${region} --to s3://bucket/prefix\`), then allow ` +
        `this very loss under \`allow\`: { loss: ${account}/${region}, of: ${domain}, reason: … }.${sayUsed(allowLoss, spent, table.arn, domain)}`,
    },
  ];
}

function ageDays({ createdAt, modifiedAt }: ExportedTable): number {
  if (createdAt === undefined) return Infinity;
  const newest = Math.max(Date.now(), modifiedAt === undefined ? 0 : Date.parse(modifiedAt));
  return (newest - Date.parse(createdAt)) / dayMs;
}
