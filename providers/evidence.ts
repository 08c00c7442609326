import { isDeepStrictEqual } from "node:util";
import type { Encryption } from "../src/resources/data-export-configuration.ts";
import type { ReleaseRecord } from "./release-record.ts";
import type { TableSettings } from "./table-settings.ts";

/** What was found in the place that a domain claims. */
export interface Evidence {
  /** The domains that have an export configuration in this account and Region, enabled or not. */
  holders: string[];
  /** The table that lies there. */
  table?: { arn: string; encryption: Encryption };
  /** The record of the table that was last released there. */
  release?: ReleaseRecord;
}

/** What the claim does. */
export type Decision = { act: "claim" | "adopt" | "backUpAndDrop" | "drop" } | { act: "refuse"; reason: string };

type Claim = Pick<TableSettings, "account" | "region" | "domain" | "encryption" | "backup" | "leftover">;

/**
 * Makes room by evidence, since nothing in AWS tells whose table lies in a place:
 *
 * | found                                                                   | done                                      |
 * | ----------------------------------------------------------------------- | ----------------------------------------- |
 * | another domain has a configuration                                      | refused                                   |
 * | no table                                                                | claimed                                   |
 * | our configuration, or our release of this table, and its encryption fits | adopted                                   |
 * | our configuration, and its encryption differs                           | refused: a configuration holds the table  |
 * | a release of this table by another domain, or with another encryption   | backed up and dropped                     |
 * | a table of unknown origin                                               | as `leftover` says; asked by default      |
 */
export function decide(claim: Claim, { holders, table, release }: Evidence): Decision {
  const other = holders.find((domain) => domain !== claim.domain);
  if (other !== undefined) return refuse(claim, heldByOther(claim, other));
  if (!table) return { act: "claim" };
  const fits = isDeepStrictEqual(table.encryption, claim.encryption);
  const releasedBy = release?.tableArn === table.arn ? release.domain : undefined;
  if (holders.includes(claim.domain)) return fits ? { act: "adopt" } : refuse(claim, heldByUs(claim, table.encryption));
  if (releasedBy === claim.domain && fits) return { act: "adopt" };
  if (releasedBy !== undefined) return giveWay(claim);
  return unknownOrigin(claim, table.arn, table.encryption, fits);
}

function unknownOrigin(claim: Claim, arn: string, encryption: Encryption, fits: boolean): Decision {
  switch (claim.leftover) {
    case "ask":
      return refuse(claim, question(arn));
    case "adopt":
      return fits ? { act: "adopt" } : refuse(claim, unfit(arn, encryption, claim.encryption));
    case "backUpAndDrop":
      return giveWay(claim);
    case "drop":
      return { act: "drop" };
  }
}

function giveWay(claim: Claim): Decision {
  if (claim.backup !== "none") return { act: "backUpAndDrop" };
  return refuse(claim, "the table there has to give way, and `backup` is none. Say where its backup goes.");
}

function refuse({ account, region, domain }: Claim, reason: string): Decision {
  return {
    act: "refuse",
    reason: `${domain} cannot claim the exported table of ${account}/${region}: ${reason} Nothing was touched.`,
  };
}

function heldByOther({ account, region }: Claim, holder: string): string {
  return (
    `the domain ${holder} exports its metadata there, and AWS allows one domain in an account and Region. Either delete that export ` +
    `(\`aws datazone delete-data-export-configuration --domain-identifier ${holder} --region ${region}\` in account ${account}), or ` +
    `declare it here first and change its domain afterwards: its table is then backed up.`
  );
}

function heldByUs({ encryption }: Claim, found: Encryption): string {
  return (
    `its own configuration exists with the encryption ${say(found)}, not ${say(encryption)}, and AWS cannot change it. Write ` +
    "that encryption to take the export over; change it afterwards, and the table is backed up and replaced."
  );
}

function question(arn: string): string {
  return (
    `a table of unknown origin lies there (${arn}). Say in the spec what to do with it, as \`leftover\`: \`adopt\` goes on with it, ` +
    "`backUpAndDrop` keeps a verified backup and drops it, `drop` drops it without a backup."
  );
}

function unfit(arn: string, found: Encryption, wanted: Encryption): string {
  return (
    `the table ${arn} has the encryption ${say(found)}, not ${say(wanted)}, which AWS cannot change. It cannot be adopted so: write ` +
    "its encryption, or `leftover: backUpAndDrop`."
  );
}

function say({ sseAlgorithm, kmsKeyArn }: Encryption): string {
  return kmsKeyArn ? `${sseAlgorithm} (${kmsKeyArn})` : sseAlgorithm;
}
