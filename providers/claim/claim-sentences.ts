import { receiptUri, rowsInWords } from "../../src/backup/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { targetName } from "../../src/aws/index.ts";
import type { ClaimForecast, Predecessor } from "./claim-preflight.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/**
 * Returns what becomes of the table in the slot when the claim takes the predecessor's place, as one sentence or two; `undefined` where a
 * finding stops it, which is told instead.
 */
export function forecastSentence(
  desired: TableSettings,
  predecessor: Predecessor,
  { decision, slot: { table, release }, contents }: ClaimForecast,
): string | undefined {
  if (decision.act === "refuse") return undefined;
  if (!table) return `No table lies in ${targetName(desired)}: nothing is backed up, nothing is dropped.`;
  const owner = (release?.tableArn === table.arn ? release.domain : undefined) ?? predecessor.domain;
  const whose = `The table of ${owner} (${holdsOf(contents)})`;
  const next = owner === desired.domain ? "one with the new encryption" : `that of ${desired.domain}`;
  switch (decision.act) {
    case "backUpAndDrop":
      return (
        `${whose} is backed up to ${desired.backup.replace(/\/$/, "")}/${targetName(desired)}/ while its export still runs, and the copy ` +
        `is verified against it. Only then the table is dropped to make room for ${next}.`
      );
    case "drop":
      return `${whose} is DROPPED WITHOUT A BACKUP to make room for ${next}: its loss is allowed.`;
    default:
      return `${whose} stays with all its rows.`;
  }
}

/** Says that a table is not dropped with its claim, since an export of the same domain writes to it that the stack keeps or that is not the stack's. */
export function heldTableText(claim: Pick<TableSettings, "account" | "region" | "domain">): string {
  return (
    `The exported table of ${targetName(claim)} stays, though \`onRemoval\` is backUpAndDrop: ${claim.domain} has an export there that this stack does not ` +
    "delete: it is still declared, or another stack, another tool or a person made it."
  );
}

/** Returns what became of the table that had to make room, with the place of its receipt. */
export function droppedSentence(receipt: Receipt): string {
  const { source, snapshots, bytes, verifiedAt, destination } = receipt;
  return (
    `The table ${source.tableArn} (${rowsInWords(receipt)} in ${counted(snapshots, "snapshot")}, ${inKilobytes(bytes)}) was dropped after a ` +
    `backup that was verified at ${verifiedAt}. Its receipt is ${receiptUri(destination.location)}.`
  );
}

function holdsOf(contents: ClaimForecast["contents"]): string {
  if (!contents) return "without a snapshot";
  const { rows, snapshots, files, bytes } = contents;
  return `${counted(rows, "row")} in ${counted(snapshots, "snapshot")}, ${counted(files, "file")} of ${inKilobytes(bytes)}`;
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const inKilobytes = (bytes: number): string =>
  `${(bytes / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} kB`;
