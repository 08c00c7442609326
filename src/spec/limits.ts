import { textFormats } from "./schema/formats.ts";
import type { TextFormat } from "./schema/formats.ts";
import type { SpecFinding, Path } from "./problem/problem.ts";
import { knownRegions } from "../partitions.ts";
import type { ExportEntry, SyncEntry } from "./spec.ts";
import { didYouMean } from "./problem/suggest.ts";
import { isTemplate } from "./schema/variables.ts";

type Sync = Pick<SyncEntry, "name" | "destination" | "path">;
type Export = Pick<ExportEntry, "kmsKey" | "table" | "path">;

/** Finds what AWS would refuse in a sync. A value that still depends on the target is left for when the target is known. */
export function syncLimits({ name, destination, path }: Sync): SpecFinding[] {
  const findings = [...longest(name, 64, "name of a sync", [...path, "name"])];
  if (!destination) return findings;
  const at = (key: string) => [...path, "destination", key];
  const { bucket, region, prefix, kmsKey } = destination;
  findings.push(...formatFindings("bucket", bucket, at("bucket")), ...regionNameFindings(region, at("region")));
  if (prefix !== undefined) {
    findings.push(...longest(prefix, 256, "prefix", at("prefix")), ...slashedPrefix(prefix, at("prefix")));
  }
  if (kmsKey !== undefined) findings.push(...keyIn(kmsKey, region, "bucket", at("kmsKey")));
  return findings;
}

/** Finds what AWS would refuse in an export. Where the target's Region is known, the key of the table must be of that Region. */
export function exportLimits({ kmsKey, table, path }: Export, region: string | undefined): SpecFinding[] {
  const findings: SpecFinding[] = [];
  if (kmsKey !== undefined) findings.push(...keyIn(kmsKey, region ?? "", "table", [...path, "encryption", "kmsKey"]));
  if (table.backup !== "none") findings.push(...backupPlace(table.backup, [...path, "table", "backup"]));
  if (table.backupOwner !== undefined)
    findings.push(...formatFindings("accountId", table.backupOwner, [...path, "table", "backupOwner"]));
  // The bucket's Region need not be the target's, and S3 is who tells whether the key is in it.
  if (table.backupKey !== undefined)
    findings.push(...keyIn(table.backupKey, "", "table", [...path, "table", "backupKey"]));
  return findings;
}

/** Finds what keeps a text from being the ARN of a role, and of a role in `account` where that is known. */
export function roleFindings(role: string, account: string | undefined, path: Path): SpecFinding[] {
  if (isTemplate(role)) return [];
  const malformed = formatFindings("roleArn", role, path);
  if (malformed.length > 0) return malformed;
  const owner = role.split(":")[4];
  if (account === undefined || !textFormats.accountId.pattern.test(account) || account === owner) return [];
  const message = `The role ${role} is in account ${owner}, but it is for account ${account}.`;
  return [
    { code: "role-account", message, path, fix: "Name a role of the account itself; ${account.id} stands for its id." },
  ];
}

/** Finds what keeps a text from being in a format, unless it still has variables. */
export function formatFindings(format: keyof typeof textFormats, text: string, path: Path): SpecFinding[] {
  const { code, pattern, noun, example, suggest }: TextFormat = textFormats[format];
  if (text === "" || isTemplate(text) || pattern.test(text)) return [];
  return [{ code, message: `"${text}" is not ${noun}.`, path, fix: suggest?.(text) ?? example }];
}

/** Warns of a Region that is well formed and not known, being new or mistyped, and returns nothing for any other. */
export function regionFindings(region: string, path: Path): SpecFinding[] {
  if (isTemplate(region) || knownRegions.includes(region) || !textFormats.region.pattern.test(region)) return [];
  const message = `The Region ${region} is not known to this version.`;
  return [{ code: "unknown-region", severity: "warning", message, path, fix: didYouMean(region, knownRegions) }];
}

/** Finds what speaks against a text as the name of a Region: its form, or that this version does not know it. */
export const regionNameFindings = (region: string, path: Path): SpecFinding[] => [
  ...formatFindings("region", region, path),
  ...regionFindings(region, path),
];

/** AWS takes it, and makes keys with an empty part of it. */
function slashedPrefix(prefix: string, path: Path): SpecFinding[] {
  if (/^(s3:\/\/|arn:)/.test(prefix)) {
    const message = `The prefix "${prefix}" would be part of every key; a bucket stands in \`bucket:\`.`;
    const fix = "Write what comes behind the bucket's name, or leave it out.";
    return [{ code: "bad-prefix", severity: "warning", message, path, fix }];
  }
  const bare = prefix.replaceAll(/^\/+|\/+$/g, "");
  if (bare === prefix) return [];
  const message = `The prefix "${prefix}" has a slash at its ${prefix.startsWith("/") ? "beginning" : "end"}.`;
  const fix = bare === "" ? "Leave it out." : `Write ${isTemplate(bare) ? `"${bare}"` : bare}.`;
  return [{ code: "slashed-prefix", severity: "warning", message, path, fix }];
}

/** One with variables is held to the form too where they stand for parts of it. */
function backupPlace(backup: string, path: Path): SpecFinding[] {
  if (/^\$\{[^{}]*\}$/.test(backup)) return [];
  const { code, pattern, noun, example, suggest } = textFormats.backup;
  if (!pattern.test(backup))
    return [{ code, message: `"${backup}" is not ${noun}.`, path, fix: suggest(backup) ?? example }];
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(backup) ?? [];
  return [...formatFindings("bucket", bucket, path), ...longest(prefix, 512, "prefix of a backup", path)];
}

/** AWS wants a key in the Region of what it encrypts. */
function keyIn(key: string, region: string, what: "bucket" | "table", path: Path): SpecFinding[] {
  if (isTemplate(key)) return [];
  const malformed = formatFindings(what === "table" ? "tableKey" : "key", key, path);
  if (malformed.length > 0) return malformed;
  const keyRegion = key.split(":")[3];
  if (!textFormats.region.pattern.test(region) || region === keyRegion) return [];
  const message = `The key is in ${keyRegion}, but the ${what} is in ${region}; AWS wants them in one Region.`;
  return [{ code: "key-region", message, path, fix: `Name a key of ${region}.` }];
}

function longest(text: string, limit: number, what: string, path: Path): SpecFinding[] {
  if (isTemplate(text) || text.length <= limit) return [];
  return [{ code: "too-large", message: `The ${what} is ${text.length} characters long; AWS allows ${limit}.`, path }];
}
