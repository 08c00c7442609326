import type { FindingCode } from "../../providers/lifecycle/finding.ts";
import type { DiscoveryFinding } from "../operate/index.ts";
import type { Guard } from "../preview/index.ts";
import { codePages } from "../spec/index.ts";
import type { CodePage } from "../spec/index.ts";

/** What a plan or a discovery can tell, but for what the spec alone tells too. */
type PlanCode = FindingCode | DiscoveryFinding["code"] | Guard["name"] | "organization-differs";

/** The page of each finding of a plan or a discovery, and of each guard. Codes never change their meaning. */
const findingPages: Readonly<Record<Exclude<PlanCode, "sync-quota">, CodePage>> = {
  "account-mismatch": {
    about:
      "The credentials are those of another account than the one that is meant, and Sluice refuses to write there. Write a role of that account in the spec, or take its credentials.",
    right: "role: arn:aws:iam::${account.id}:role/Sluice",
  },
  "backup-damaged": {
    about:
      "At the place of the backups lies something that is not whole, or that others may have written. It is left alone and counts for nothing; `sluice verify` tells what it is.",
  },
  "backup-denied": {
    about:
      "The role that works in the account may not write, or not read, where the backup is to go. A table is dropped only after its copy was read back, so the switch would stop in the middle.",
  },
  "backup-expires": {
    about:
      "A lifecycle rule of the backup's bucket deletes or archives objects where the copy will lie. After a switch it may be the only copy of the table.",
  },
  "backup-exposed": {
    about:
      "The backup's bucket is open to everybody, or keeps no versions, so that whoever may delete objects may delete the only copy for good.",
  },
  "backup-missing": { about: "The bucket that `table.backup` names does not exist." },
  "backup-owner": {
    about:
      "The backup's bucket belongs to another account than the one that is meant, perhaps to a stranger who took the name. `table.backupOwner` names the account that is to keep the backups.",
    right: 'table: { backup: s3://acme-backups/catalog, backupOwner: "111122223333" }',
  },
  "bucket-locked": {
    about:
      "The bucket retains objects by Object Lock. S3 then asks each writer for a checksum, and Systems Manager sends none.",
  },
  "bucket-missing": { about: "The bucket that a sync delivers to does not exist." },
  "bucket-policy": {
    about:
      "The bucket's policy does not let ssm.amazonaws.com write for the account. The finding has the policy that is needed; `sluice policies` prints all of them.",
  },
  "bucket-region": {
    about: "`destination.region` is the bucket's Region, and the bucket is in another one.",
    right: "destination: { bucket: acme-inventory, region: us-east-1 }",
  },
  credentials: {
    about:
      "AWS refuses the credentials that are used in the account: they have expired, or are of somebody whom AWS does not know. Sign in again, or renew them.",
  },
  "data-loss": {
    about:
      "Rows would be lost without a copy: a table dropped that has no backup, or rows that a shorter expiration ends. The plan is blocked until the spec under review keeps a copy, or allows this very loss by name and with a reason. As a warning it tells of older snapshots that `history: current` leaves out of a copy.",
  },
  "delete-budget": {
    about:
      "The plan deletes more than the spec lets one plan delete. `guards.deletes` is the limit for every plan; `allow` lifts it once, with a reason and a last day.",
    right: 'allow: { deletes: 9, reason: sandbox closes, until: "2026-12-31" }',
  },
  "domain-missing": { about: "No domain of this id is in the account and Region, or none that the role may see." },
  "domain-state": {
    about: "The domain is there and cannot export now: it is being created, deleted, or it has failed.",
  },
  "empty-selector": {
    about:
      "A selection that has targets on record selects none any more, or an entry is gone from the spec while what it stood for would be deleted. Mostly somebody has moved a unit or mistyped a name.",
  },
  "export-encryption": {
    about:
      "The table in the account and Region is encrypted otherwise than the spec says. AWS fixes the encryption when it creates the table, so the table would have to give way.",
  },
  "export-exists": {
    about:
      "The domain has an export configuration that this stack does not have on record. `adopt: true` on the entry takes it over.",
    right: "exports: { catalog: { adopt: true, … } }",
  },
  "export-holder": {
    about:
      "Another domain exports in the account and Region, and AWS allows one. Its configuration has to go first; which domain it is, the finding tells.",
  },
  "foreign-destination": {
    about:
      "A sync delivers to a bucket that none of the accounts that were asked owns. Inventory would leave the house.",
  },
  "glue-export-failed": {
    about:
      "AWS Glue's own export of the account's Data Catalog is enabled and has failed. `sluice discover --glue-export` asks for it; Sluice neither makes nor changes one.",
  },
  identity: {
    about:
      "One and the same thing in AWS would be deleted under one name and created under another, so that the deletion could hit what was just created. An alias keeps the record of the first.",
  },
  "key-policy": {
    about: "The policy of the KMS key does not let the service that writes use the key; the finding has the statement.",
  },
  "key-unusable": {
    about:
      "The KMS key cannot be used: it is disabled, waits for its deletion, does not exist, or is of another Region than what it would encrypt.",
  },
  "organization-access": {
    about:
      "The sync reads or shares a whole organization, and the account may not: trusted access for Systems Manager is off, or the account is neither the management account nor a delegated administrator.",
  },
  "organization-differs": {
    about:
      "Accounts have joined or left a unit since the record of the organization was committed. The plan goes by AWS; `sluice organization record` writes the record anew, for review.",
  },
  "permission-missing": {
    about:
      "The role may not take a step that the change needs. It is told before the first step, since a switch that stops in the middle leaves an account without its export. `sluice policies` prints what the role needs.",
  },
  preflight: {
    about:
      "Something that was looked at in AWS would be refused: the plan's findings say what, each with its cure. `rollout.tolerated` leaves that many accounts and Regions out instead.",
    right: "rollout: { tolerated: 10% }",
  },
  protect: {
    about:
      "A resource that is on record as protected would be deleted or replaced. Take `protect` off its entry in a deployment of its own, then make the change.",
  },
  "record-damaged": {
    about:
      "The record that tells whose the table in an account and Region was, released.json beside the backups, cannot be read as one. Nothing is dropped on a guess.",
  },
  "region-disabled": {
    about: "The Region is an opt-in Region, and the account has not enabled it.",
    right: "exclude: { targets: [audit/ap-east-1] }",
  },
  "replace-budget": {
    about:
      "The plan replaces more than the spec lets one plan replace. `guards.replaces` is the limit for every plan; `allow` lifts it once, with a reason and a last day.",
    right: 'allow: { replaces: 9, reason: new bucket, until: "2026-12-31" }',
  },
  "role-missing": {
    about:
      "The role cannot be assumed: it does not exist in the account, does not trust the caller, or asks for another external id.",
  },
  "service-linked-role": {
    about:
      "The service-linked role by which Systems Manager reads an organization is missing, or the caller may not have AWS create it.",
  },
  "several-holders": {
    about: "Two domains of one account and Region have an export configuration, and there is one table.",
  },
  "shared-sync-exists": {
    about: "AWS allows one sync in an account and Region that is shared with the organization, and there is another.",
  },
  "state-outdated": {
    about:
      "AWS has something else in the place of what the stack has on record: an older state was restored, or somebody has changed it by hand. `sluice refresh` brings the record up to date.",
  },
  "sync-double": { about: "Two syncs of one account and Region write the same objects." },
  "sync-exists": {
    about:
      "A sync of this name exists, and this stack does not have it on record. `adopt: true` on the entry takes one with equal settings over.",
    right: "syncs: { inventory: { adopt: true, … } }",
  },
  "sync-never": {
    about: "A sync has never delivered anything since it was created, or AWS says why it collects nothing.",
  },
  "sync-twice": {
    about: "Two syncs deliver the same inventory to one bucket, under two prefixes: it is paid for twice.",
  },
  "table-leftover": {
    about:
      "A table of unknown origin is in the way of the export. `table.leftover` chooses what becomes of it: adopt, backUpAndDrop or drop.",
    right: "table: { backup: s3://acme-backups/catalog, leftover: backUpAndDrop }",
  },
  "table-unfit": {
    about:
      "The files of the table cannot be read as a copy needs them, so no backup could be made of it; the finding tells what is in the way.",
  },
  unknown: {
    about:
      "Something could not be looked at, mostly for want of a permission to read, which the finding names. What is not known is not taken for good: a step that needs it looks again, and stops. Where a running export or sync would be deleted first, it is an error: for a sync, add the new one under another key, and take the old entry out once the new one delivers.",
  },
  "wrong-partition": {
    about:
      "A role, a key or a bucket is of another partition of AWS than the Region. The partitions know nothing of each other.",
  },
};

/** Every code that has a page: of the spec's problems, of findings, and the names of guards. */
export const explainedCodes: readonly string[] = [...Object.keys(codePages), ...Object.keys(findingPages)];

/** Returns the page of a code, whoever tells it. */
export function pageOf(code: string): CodePage | undefined {
  for (const pages of [codePages, findingPages])
    if (Object.hasOwn(pages, code)) return (pages as typeof codePages)[code];
  return undefined;
}
