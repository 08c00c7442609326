import { targetName } from "../../src/aws/index.ts";
import type { ObservedSlot } from "./claim-decision.ts";
import { recordedClaims } from "./recorded-claims.ts";
import { releaseIn } from "./release-record.ts";
import type { Release, ReleaseRecord } from "./release-record.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** Whose tables this run has seen, by account/Region: it outlives neither the run nor the table. */
const seen = new Map<string, Release>();

/** Forgets all of it: another run begins in this process. */
export function forgetOwners(): void {
  seen.clear();
}

/** Notes whose table lies in a slot, since its domain's configuration was seen there. */
export function noteOwner(target: Pick<TableSettings, "account" | "region">, release: Release): void {
  seen.set(targetName(target), release);
}

/**
 * Returns what is known of the present table's release: what this run saw, else what the state and the record say. Either can be old, and
 * whoever may write to the backups may write the record: where one of them names another domain than the claimant, it is not the claimant's.
 * The record of an earlier table is returned for its history.
 */
export function knownRelease(
  claimant: Pick<TableSettings, "account" | "region" | "domain">,
  table: ObservedSlot["table"],
  record: ReleaseRecord | "unreadable" | undefined,
): Release | undefined {
  const read = record === "unreadable" ? undefined : record;
  if (!table) return read;
  const { arn: tableArn, encryption } = table;
  const known = seen.get(targetName(claimant));
  if (known?.tableArn === tableArn) return known;
  const release = releaseIn(read, tableArn);
  const owners = [...ownersInState(claimant, tableArn, record), ...(release?.domain ? [release.domain] : [])];
  const domain = owners.find((owner) => owner !== claimant.domain) ?? owners[0];
  if (domain === undefined) return release ?? read;
  return { ...(release ?? { encryption, tableArn, time: new Date().toISOString() }), domain };
}

/** Tells whether nothing but the record says whose a table is: this run has not seen its export, and the state knows nothing of it. */
export function isByRecordAlone(
  claimant: Pick<TableSettings, "account" | "region">,
  tableArn: string,
  record: ReleaseRecord | "unreadable" | undefined,
): boolean {
  if (record === "unreadable" || releaseIn(record, tableArn)?.domain === undefined) return false;
  return (
    seen.get(targetName(claimant))?.tableArn !== tableArn && ownersInState(claimant, tableArn, record).length === 0
  );
}

/** Tells whether nobody else can have written to a table since it was known whose it is: this run saw that, or it has not changed since. */
export function isOwnerSure(
  target: Pick<TableSettings, "account" | "region">,
  { arn, metadataLocation }: { arn: string; metadataLocation?: string },
  release: Release | undefined,
): boolean {
  if (seen.get(targetName(target))?.tableArn === arn) return true;
  return release?.tableArn === arn && metadataLocation !== undefined && release.metadataLocation === metadataLocation;
}

/**
 * Returns the domains that the state takes the table for one of. A claim that knows no table speaks of the one that lies there, unless it, or a
 * record, knows of another.
 */
function ownersInState(
  target: Pick<TableSettings, "account" | "region">,
  tableArn: string,
  record: ReleaseRecord | "unreadable" | undefined,
): string[] {
  const claims = recordedClaims(target);
  const exact = claims.filter((claim) => claim.tableArn === tableArn).map(({ domain }) => domain);
  if (exact.length > 0) return exact;
  if (record === "unreadable" || (record && releaseIn(record, tableArn)?.domain === undefined)) return [];
  return claims
    .map(({ domain }) => domain)
    .filter((domain) => claims.every((claim) => claim.domain !== domain || claim.tableArn === undefined));
}
