import { explain, meaningOf, targetName } from "../../src/aws/index.ts";
import { findConfiguration, findHolders } from "../slot/configurations.ts";
import { declaredClaim } from "../slot/declared.ts";
import { knownRelease } from "../slot/known-release.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { readRecord, recordUri, releaseOf, writeRelease } from "../slot/release-record.ts";
import type { Release } from "../slot/release-record.ts";
import { backupsOf } from "../slot/slot.ts";
import type { SlotTable } from "../slot/slot.ts";
import { subjectOf } from "../settings/table-settings.ts";
import type { TableSettings, TableState } from "../settings/table-settings.ts";

/**
 * Writes down whose table a claim leaves behind: beside its own backups, and beside those of the claim that takes its place. The table is
 * kept, as AWS keeps it.
 *
 * A state may be older than the table: where the record speaks of another table than the one that lies there, and nobody saw whose it is,
 * it is left as one of unknown origin.
 * @returns whether the table is known to be this claim's
 */
export async function releaseClaim(recorded: TableState, table: SlotTable, work: Work): Promise<boolean> {
  const { progress } = work;
  if (recorded.tableArn !== undefined && recorded.tableArn !== table.arn) {
    progress.warn(`the table ${table.arn} is not the claimed one (${recorded.tableArn}); it was kept as it is.`);
    return false;
  }
  const { holders } = await findHolders(work.clients, recorded);
  const other = holders.find((domain) => domain !== recorded.domain);
  if (other !== undefined) {
    progress.warn(
      `the table ${table.arn} is held by ${other}'s export, not by ${recorded.domain}'s; it was kept as it is.`,
    );
    return false;
  }
  const known = await releaseOfClaim(recorded, table, work);
  if (known.domain !== undefined && known.domain !== recorded.domain) {
    progress.warn(
      `the table ${table.arn} is on record as ${known.domain}'s, not ${recorded.domain}'s; it was kept as it is.`,
    );
    return false;
  }
  await write(recorded, known, work);
  return known.domain !== undefined;
}

/**
 * Makes sure that a claim which gives way to another one has no export any more: the export goes first, so that what keeps it keeps the claim too,
 * and neither is left without the other.
 */
export async function assertExportGone(recorded: TableState, work: Work): Promise<void> {
  const next = declaredClaim(recorded);
  if (!next) return;
  const { domain, region } = recorded;
  if ((await findConfiguration(work.clients, domain).catch(unlessDenied)) === undefined) return;
  throw new Error(
    `The claim of ${domain} in ${targetName(recorded)} does not give way to that of ${next.domain}: its export is still there. Nothing was touched. ` +
      "If this program declares the export, the state does not know that it needs the claim: give it the claim's own output, `assetTable: table.id`, and run up with the " +
      "former domain and encryption first; change them afterwards. If somebody else has made it again, and nobody needs it, delete it: " +
      `\`aws datazone delete-data-export-configuration --domain-identifier ${domain} --region ${region}\` in account ${recorded.account}.`,
  );
}

/** Whoever may not ask a domain may have deleted its configuration all the same. */
function unlessDenied(error: unknown): undefined {
  if (meaningOf(error).kind !== "denied") throw error;
}

/** The release with its owner, where it is known: what was seen, the record, the state's own word. */
async function releaseOfClaim(recorded: TableState, table: SlotTable, work: Work): Promise<Release> {
  const release = releaseOf(table);
  const { tableArn } = release;
  const record = await readRecord(recorded, backupsOf(recorded, work)).catch((error: unknown) => {
    const isKnown = knownRelease(recorded, table, "unreadable")?.domain !== undefined;
    if (isKnown || !dropsTable(recorded)) return "unreadable" as const;
    throw new Error(unreadText(recorded, table, error), { cause: error });
  });
  const known = knownRelease(recorded, table, record);
  return known?.tableArn === tableArn && known.domain !== undefined ? { ...release, domain: known.domain } : release;
}

/** Tells whether the claim's removal drops its table: what replaces a claim deals with the table by what was written down. */
export function dropsTable(recorded: TableState): boolean {
  return recorded.onRemoval === "backUpAndDrop" && declaredClaim(recorded) === undefined;
}

async function write(recorded: TableState, release: Release, work: Work): Promise<void> {
  const next = declaredClaim(recorded);
  const claims = [recorded, ...(next && next.backup !== recorded.backup ? [next] : [])];
  for (const claim of claims) {
    try {
      await writeRelease(claim, backupsOf(claim, work, release.encryption), release);
    } catch (error) {
      // The claim that comes next reads its own place; the one that goes may have lost its bucket, which must not hold it for ever.
      if (claim === next) throw error;
      work.progress.warn(unwrittenText(claim, error));
    }
  }
}

function unwrittenText(claim: TableSettings, error: unknown): string {
  const { message } = explain(error, "write the record of", subjectOf(claim));
  return `whose table was left in ${targetName(claim)} could not be written to ${recordUri(claim)}: a later claim of it will ask (leftover). ${message}`;
}

function unreadText(claim: TableSettings, { arn }: SlotTable, error: unknown): string {
  const { message } = explain(error, "read the record of", subjectOf(claim));
  return (
    `The table ${arn} was kept: whose it is says the record ${recordUri(claim)}, which cannot be read. ${message} ` +
    "Mend that and run it again, or write `onRemoval: keep` to leave the table there."
  );
}
