import {
  BucketAbsent,
  describeSkippedLocation,
  destinationFacts,
  forecastLocation,
  inspectBucket,
} from "../../src/backup/index.ts";
import type { BucketFacts, TableContents } from "../../src/backup/index.ts";
import { explain, isS3Error, meaningOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";
import { lookAgain, messageAndCure } from "../lifecycle/finding.ts";
import type { Finding, FindingCode } from "../lifecycle/finding.ts";
import { regionOfBackups } from "../access/backup-region.ts";
import { keyStateFindings } from "../access/key-state.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { RecordDamaged } from "../slot/release-record.ts";
import { backupsOf } from "../slot/slot.ts";
import type { SlotTable } from "../slot/slot.ts";
import { subjectOf } from "../settings/table-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/**
 * Finds what would keep a backup from being made, or from lasting, in the place that a claim names. Reads only: whether a write succeeds is
 * told by the copy, which is made before anything is deleted.
 *
 * @param encryption of the table that is backed up
 */
export async function backupFindings(
  desired: TableSettings,
  work: Work,
  encryption = desired.encryption,
): Promise<Finding[]> {
  const { account, region, backup, backupOwner: owner = account, backupKey } = desired;
  if (backup === "none") return [];
  const ofKey = { sseAlgorithm: "aws:kms", kmsKeyArn: backupKey } as const;
  const encryptions = backupKey === undefined ? [desired.encryption, encryption] : [ofKey];
  const arn = backupKey ?? encryption.kmsKeyArn;
  const [place, keys, itsRegion] = await Promise.all([
    look(backup, owner, work),
    keyFindings(desired, work, arn),
    arn === undefined ? undefined : regionOfBackups(backup, owner, work),
  ]);
  const { bucket, ...facts } = destinationFacts(place, backup, { account, region, encryptions, role: desired.role });
  const found = (code: FindingCode, severity: Finding["severity"], message: string, cure: string): Finding => ({
    code,
    severity,
    message: `The backups of ${account}/${region} go to ${backup}: ${message}.`,
    cure,
    property: "backup",
  });
  if (!facts.exists) {
    return [
      found("backup-missing", "error", `the bucket ${bucket} does not exist`, "Create it, or name one that exists."),
    ];
  }
  if (facts.owned === false) {
    const cure = `Name a bucket of ${owner}, or, if another account is meant to keep the backups, write its id as table.backupOwner.`;
    return [found("backup-owner", "error", `the bucket ${bucket} does not belong to ${owner}`, cure)];
  }
  if (facts.hidden) {
    const message = `S3 tells ${account} nothing of the bucket ${bucket}, and no reason, as it does with a bucket that does not belong to ${owner}`;
    const cure = `Name a bucket of ${owner}, or write the id of the account that is meant to keep the backups as table.backupOwner, and let ${account} in by the bucket's policy.`;
    return [found("backup-owner", "error", message, cure)];
  }
  const findings: Finding[] = [...keys];
  if (arn !== undefined && itsRegion !== undefined && arn.split(":")[3] !== itsRegion) {
    const message = `the bucket ${bucket} is in ${itsRegion}, and the key ${arn}, by which they would be encrypted, is not`;
    const cure = `Name a key of ${itsRegion} as table.backupKey, or a bucket in the key's Region.`;
    findings.push(found("key-unusable", "error", message, cure));
  }
  if (facts.writable === "denied") {
    const message = `the policy of the bucket ${bucket} refuses to write them, encrypted as they would be`;
    const cure = "Correct the bucket's policy, set table.backupKey to what it demands, or name another bucket.";
    findings.push(found("backup-denied", "error", message, cure));
  }
  if (facts.openToEverybody) {
    const { by, isCertain } = facts.openToEverybody;
    const message = isCertain
      ? `the bucket ${bucket} is open to everybody by its ${by}, and no block of its own keeps them out (whether one of its whole account does is not known), and backups hold the catalog's metadata`
      : `the bucket ${bucket} is open to everybody by its ${by}, unless a block of its own, which may not be read, or of its whole account keeps them out, and backups hold the catalog's metadata`;
    const cure = `Block public access: \`aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true\`.`;
    findings.push(found("backup-exposed", isCertain ? "error" : "warning", message, cure));
  }
  if (facts.expires) {
    const { rule, does, days, date } = facts.expires;
    const when = days === undefined ? `on ${date?.slice(0, 10)}` : `after ${days} days`;
    const message = `the lifecycle rule "${rule}" of the bucket ${bucket} ${does} objects there ${when}, the only copy of the table among them`;
    findings.push(
      found("backup-expires", "warning", message, "Exclude the prefix from the rule, or name another place."),
    );
  }
  if (facts.versioned === false) {
    const message = `the bucket ${bucket} keeps no versions, so who may delete objects may delete the only copy for good`;
    const cure = `Switch versioning on: \`aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled\`.`;
    findings.push(found("backup-exposed", "warning", message, cure));
  }
  if (facts.unknown.length > 0) {
    const message = `not everything about the bucket ${bucket} may be looked at`;
    const cure = `Allow the role that works in ${account}/${region} ${facts.unknown.join(", ")} to know it.`;
    findings.push(found("unknown", "warning", message, cure));
  }
  return findings;
}

/** The key that a copy is encrypted with: the one that is named for it, else the table's own, without which the table cannot be read either. */
async function keyFindings(
  { account, region, backupKey }: TableSettings,
  work: Work,
  arn: string | undefined,
): Promise<Finding[]> {
  const property = backupKey === undefined ? "encryption.kmsKeyArn" : "backupKey";
  return arn === undefined ? [] : keyStateFindings({ arn, property, target: { account, region } }, work);
}

/** Finds what lies where a table's copy is to go and cannot be that copy: the backup leaves it as it is. */
export async function placeFindings(
  desired: TableSettings,
  { arn: tableArn, metadataLocation, versionToken, encryption }: SlotTable,
  contents: TableContents | undefined,
  work: Work,
): Promise<Finding[]> {
  const { account, region, backup: destination, history } = desired;
  const source = { account, region, tableArn, metadataLocation, versionToken };
  const warning = (code: FindingCode, message: string, cure: string): Finding => ({
    code,
    severity: "warning",
    message,
    cure,
    property: "backup",
  });
  try {
    const write = backupsOf(desired, work, encryption);
    const { left } = await forecastLocation({ source, destination, history, write, contents });
    return left.map((one) =>
      warning(
        "backup-damaged",
        describeSkippedLocation(one),
        `See what it is, as by \`sluice verify ${one.location}\`, and who may write there.`,
      ),
    );
  } catch (error) {
    if (work.signal.aborted) throw error;
    // Told of the bucket itself.
    if (error instanceof BucketAbsent) return [];
    const explanation = messageAndCure(
      (error as Error).message,
      meaningOf(error, subjectOf(desired)).cure || lookAgain,
    );
    const message = `The backups of ${account}/${region} go to ${destination}, and what lies there is not known: ${explanation.message}`;
    return [warning("unknown", message, explanation.cure)];
  }
}

/** The tables of a fleet have their backups in one bucket, which is looked at once for a plan. */
async function look(backup: string, owner: string, { share, clients }: Work): Promise<BucketFacts> {
  const inspect = (of: Clients) => inspectBucket(of.s3(), backup, owner);
  // Whose bucket it is not, S3 tells to everybody alike.
  const isAnswered = ({ exists, owned, unknown }: BucketFacts) =>
    !exists || owned === false || (owned === true && unknown.length === 0);
  return share ? share(`backups ${backup} ${owner}`, inspect, isAnswered, owner) : inspect(clients);
}

/**
 * Returns what is wrong with the place of the backups, or that something may not be looked at, when that kept a look from telling.
 * @throws the error itself when it is about anything else
 */
export async function backupFindingsFor(error: unknown, desired: TableSettings, work: Work): Promise<Finding[]> {
  if (error instanceof RecordDamaged) {
    return [
      { code: "record-damaged", severity: "error", property: "backup", ...messageAndCure(error.message, lookAgain) },
    ];
  }
  const cause = (error as Error).cause ?? error;
  const isAbsentBucket = error instanceof BucketAbsent;
  if (!isAbsentBucket && meaningOf(cause).kind !== "denied") throw error;
  const isPlace = isAbsentBucket || isS3Error(cause);
  const findings = isPlace ? await backupFindings(desired, work) : [];
  if (findings.some(({ severity }) => severity === "error")) return findings;
  const explanation = messageAndCure(explain(error, "look at", subjectOf(desired)).message, lookAgain);
  const about = isPlace
    ? ({ code: "backup-denied", property: "backup" } as const)
    : ({ code: "permission-missing", property: "role" } as const);
  return [{ ...about, severity: "error", ...explanation }];
}
