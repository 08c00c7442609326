import { isDeepStrictEqual } from "node:util";
import { targetName } from "../../src/aws/index.ts";
import { allowanceOf } from "../../src/resources/kinds.ts";
import type { LossAllowance } from "../../src/resources/loss-allowance.ts";
import type { Encryption } from "../../src/resources/data-export-configuration.ts";
import type { Finding, FindingCode, MessageAndCure } from "../lifecycle/finding.ts";
import type { Release } from "./release-record.ts";
import { allowanceFor, usedAllowanceText } from "./used-allowances.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** What was found in the slot that a domain claims: an account and Region has one for the exported table. */
export interface ObservedSlot {
  /** The domains that have an export configuration there, enabled or not. */
  holders: string[];
  /** Domains that may export there too, but may not be asked. */
  unasked?: readonly { domain: { id: string; status: string } }[];
  /** The table that lies there. */
  table?: { arn: string; encryption: Encryption };
  /** What is known of the table that was last released there. */
  release?: Release;
  /** Whether nobody else can have written to the table since it was known whose it is. */
  isOwnerSure?: boolean;
  /** The allowances of losses there that were used already. */
  usedAllowances?: readonly LossAllowance[];
  /** Whether the loss of that table can be allowed by its ARN alone: by its domain's name another one may be meant. */
  isNamedByArn?: boolean;
}

/** What the claim does. */
export type Decision =
  | { act: "claim" | "adopt" | "backUpAndDrop" }
  | { act: "drop"; allowance: LossAllowance }
  | ({ act: "refuse" } & Omit<Finding, "severity">);

type Claim = Pick<TableSettings, "account" | "region" | "domain" | "encryption" | "backup" | "leftover" | "allowLoss">;

/**
 * Decides what a claim does, by evidence alone, since nothing in AWS tells whose table lies in a slot:
 *
 * | found                                                                     | done                                          |
 * | ------------------------------------------------------------------------- | --------------------------------------------- |
 * | another domain has a configuration                                        | refused                                       |
 * | no table                                                                  | claimed                                       |
 * | our configuration, or our release of this table, and its encryption fits  | adopted                                       |
 * | our configuration, and its encryption differs                             | refused: a configuration holds the table      |
 * | a release of this table by another domain, or with another encryption     | backed up and dropped                         |
 * | … and a domain that may not be asked can have written to it since         | refused                                       |
 * | a table of unknown origin                                                 | as `leftover` says; asked by default          |
 *
 * What is to be dropped is backed up first wherever there is a place for backups. Without one it is refused, unless the loss of this very
 * table's rows is allowed in writing, which counts once.
 */
export function decide(
  claim: Claim,
  { holders, unasked = [], table, release, isOwnerSure = false, usedAllowances = [], isNamedByArn }: ObservedSlot,
): Decision {
  const other = holders.find((domain) => domain !== claim.domain);
  if (other !== undefined) return refuse(claim, "export-holder", "domain", heldByOther(claim, other));
  if (!table) return { act: "claim" };
  const fits = isDeepStrictEqual(table.encryption, claim.encryption);
  if (holders.length > 0) {
    if (fits) return { act: "adopt" };
    return refuse(claim, "export-encryption", "encryption", heldByUs(claim, table.encryption));
  }
  const owner = release?.tableArn === table.arn ? release.domain : undefined;
  if (owner === claim.domain && fits) return { act: "adopt" };
  // Whose table it is now nobody knows then: a domain that may not be asked may be writing to it.
  const silent = isOwnerSure ? undefined : unasked.find(({ domain }) => domain.status !== "unlisted");
  const held = silent && refuse(claim, "export-holder", "domain", heldBySilent(table.arn, silent.domain.id));
  if (owner !== undefined) return held ?? makeRoom(claim, table.arn, { owner, isNamedByArn, usedAllowances });
  switch (claim.leftover) {
    case "ask":
      return refuse(claim, "table-leftover", "leftover", unknownOwner(claim, table.arn));
    case "adopt":
      if (fits) return { act: "adopt" };
      return refuse(
        claim,
        "export-encryption",
        "encryption",
        unfitTable(table.arn, table.encryption, claim.encryption),
      );
    case "backUpAndDrop":
    case "drop":
      return held ?? makeRoom(claim, table.arn, { usedAllowances });
  }
}

function makeRoom(
  claim: Claim,
  arn: string,
  {
    owner,
    isNamedByArn,
    usedAllowances,
  }: { owner?: string; isNamedByArn?: boolean; usedAllowances: readonly LossAllowance[] },
): Decision {
  if (claim.backup !== "none") return { act: "backUpAndDrop" };
  const name = isNamedByArn ? undefined : owner;
  const allowance = allowanceFor(claim.allowLoss, usedAllowances, arn, name);
  if (allowance) return { act: "drop", allowance };
  const whose = owner === undefined ? "of unknown origin" : `of ${owner}`;
  return refuse(claim, "data-loss", "backup", {
    message: `the table there (${arn}, ${whose}) has to make room, and \`backup\` is none, so its rows would be gone for good.`,
    cure:
      `Say where its backup goes (table.backup), or allow this very loss: ${allowanceOf(targetName(claim), arn)}.` +
      (isNamedByArn ? ` ${byArnOnly}` : usedAllowanceText(claim.allowLoss, usedAllowances, arn, name)),
  });
}

/** Says why a word that names the domain does not count. */
export const byArnOnly =
  "The stack has not made this table for its domain: it took it over, or knows an earlier one. So a word that names the domain may mean another table, and only the ARN counts.";

function refuse(claim: Claim, code: FindingCode, property: string, { message: why, cure }: MessageAndCure): Decision {
  const message = `${claim.domain} cannot claim the exported table of ${targetName(claim)}: ${why}`;
  return { act: "refuse", code, property, message, cure };
}

/** Says that another domain exports in an account and Region, and what can be done about it. */
export function heldByOther({ account, region }: Pick<Claim, "account" | "region">, holder: string): MessageAndCure {
  const message = `the domain ${holder} exports its metadata there, and AWS allows one domain in an account and Region.`;
  const cure =
    "Either delete that export " +
    `(\`aws datazone delete-data-export-configuration --domain-identifier ${holder} --region ${region}\` in account ${account}), or ` +
    `declare it here first, with \`adopt: true\` where this stack does not have it, and change its domain afterwards: its table is then backed up.`;
  return { message, cure };
}

/** Says why a domain cannot export where another one does. */
export function cannotExport(wanted: Pick<Claim, "account" | "region" | "domain">, holder: string): MessageAndCure {
  const { message, cure } = heldByOther(wanted, holder);
  return { message: `${wanted.domain} cannot export in ${targetName(wanted)}: ${message}`, cure };
}

function heldBySilent(arn: string, domain: string): MessageAndCure {
  const message = `the table there (${arn}) may be the one that the domain ${domain} exports into, which may not be asked.`;
  const cure =
    `Allow datazone:GetDataExportConfiguration on ${domain}, so that it is known before the table goes; or ask who may, and where it exports nothing, ` +
    "copy the table by `sluice backup` and delete it by hand.";
  return { message, cure };
}

function heldByUs({ encryption }: Claim, found: Encryption): MessageAndCure {
  const message = `its own configuration exists with the encryption ${encryptionText(found)}, not ${encryptionText(encryption)}, and AWS cannot change it.`;
  const cure =
    "Write that encryption to take the export over; change it afterwards, and the table is backed up and replaced.";
  return { message, cure };
}

function unknownOwner(target: Pick<Claim, "account" | "region">, arn: string): MessageAndCure {
  const message = `a table of unknown origin lies there (${arn}).`;
  const cure =
    `Say in the spec what to do with it, as \`leftover\`: \`adopt\` goes on with it, ` +
    "`backUpAndDrop` keeps a verified backup and drops it, `drop` does so too where `backup` names a place, and else drops it without one " +
    `where the loss of this very table is allowed: ${allowanceOf(targetName(target), arn)}.`;
  return { message, cure };
}

function unfitTable(arn: string, found: Encryption, wanted: Encryption): MessageAndCure {
  return {
    message: `the table ${arn} has the encryption ${encryptionText(found)}, not ${encryptionText(wanted)}, which AWS cannot change, so it cannot be adopted.`,
    cure: "Write its encryption, or `leftover: backUpAndDrop`.",
  };
}

function encryptionText({ sseAlgorithm, kmsKeyArn }: Encryption): string {
  return kmsKeyArn ? `${sseAlgorithm} (${kmsKeyArn})` : sseAlgorithm;
}
