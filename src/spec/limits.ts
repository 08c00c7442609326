import { textFormats } from "./formats.ts";
import type { SpecFinding, Path } from "./problem.ts";
import { knownRegions } from "../partitions.ts";
import type { ExportEntry, SyncEntry } from "./spec.ts";
import { didYouMean } from "./suggest.ts";
import { isTemplate } from "./variables.ts";

type Sync = Pick<SyncEntry, "name" | "destination" | "path">;
type Export = Pick<ExportEntry, "kmsKey" | "table" | "path">;

/** Finds what AWS would refuse in a sync. A value that still depends on the target is left for when the target is known. */
export function syncLimits({ name, destination, path }: Sync): SpecFinding[] {
  const findings = [...longest(name, 64, "name of a sync", [...path, "name"])];
  if (!destination) return findings;
  const at = (key: string) => [...path, "destination", key];
  const { bucket, region, prefix, kmsKey } = destination;
  findings.push(...bucketName(bucket, at("bucket")), ...regionName(region, at("region")));
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
    findings.push(...accountId(table.backupOwner, [...path, "table", "backupOwner"]));
  // The bucket's Region need not be the target's, and S3 is who tells whether the key is in it.
  if (table.backupKey !== undefined)
    findings.push(...keyIn(table.backupKey, "", "table", [...path, "table", "backupKey"]));
  return findings;
}

/** Finds what keeps a text from being the ARN of a role, and of a role in `account` where that is known. */
export function roleFindings(role: string, account: string | undefined, path: Path): SpecFinding[] {
  if (isTemplate(role)) return [];
  const owner = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/.exec(role)?.[1];
  if (owner === undefined) {
    const fix = "Write arn:aws:iam::${account.id}:role/Sluice, with your role's name.";
    return [{ code: "bad-role-arn", message: `"${role}" is not the ARN of a role.`, path, fix }];
  }
  if (account === undefined || account === owner) return [];
  const message = `The role ${role} is in account ${owner}, but it is for account ${account}.`;
  return [
    { code: "role-account", message, path, fix: "Name a role of the account itself; ${account.id} stands for its id." },
  ];
}

/** Finds what STS would refuse in an external id: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function externalIdFindings(externalId: string, path: Path): SpecFinding[] {
  if (isTemplate(externalId) || /^[\w+=,.@:/-]*$/.test(externalId)) return [];
  const message = `"${externalId}" is not an external id.`;
  return [{ code: "bad-external-id", message, path, fix: "External ids are letters, digits, and + = , . @ : / - _" }];
}

/** Warns of a Region that is well formed and not known, being new or mistyped, and returns nothing for any other. */
export function regionFindings(region: string, path: Path): SpecFinding[] {
  if (isTemplate(region) || knownRegions.includes(region) || !textFormats.region.pattern.test(region)) return [];
  const message = `The Region ${region} is not known to this version.`;
  return [{ code: "unknown-region", severity: "warning", message, path, fix: didYouMean(region, knownRegions) }];
}

function regionName(region: string, path: Path): SpecFinding[] {
  if (region === "") return [];
  if (isTemplate(region) || textFormats.region.pattern.test(region)) return regionFindings(region, path);
  const fix = didYouMean(region, knownRegions) ?? textFormats.region.example;
  return [{ code: "bad-region", message: `"${region}" is not ${textFormats.region.noun}.`, path, fix }];
}

/** AWS takes it, and makes keys with an empty part of it. */
function slashedPrefix(prefix: string, path: Path): SpecFinding[] {
  const bare = prefix.replaceAll(/^\/+|\/+$/g, "");
  if (bare === prefix) return [];
  const message = `The prefix "${prefix}" has a slash at its ${prefix.startsWith("/") ? "beginning" : "end"}.`;
  const fix = bare === "" ? "Leave it out." : `Write ${isTemplate(bare) ? `"${bare}"` : bare}.`;
  return [{ code: "slashed-prefix", severity: "warning", message, path, fix }];
}

function bucketName(bucket: string, path: Path): SpecFinding[] {
  if (bucket === "" || isTemplate(bucket) || isBucketName(bucket)) return [];
  const message = `"${bucket}" is not a bucket name.`;
  const [, inAddress] = /^(?:s3:\/\/|arn:[a-z-]+:s3:::)([^/]+)\/?$/.exec(bucket) ?? [];
  if (inAddress !== undefined && isBucketName(inAddress))
    return [{ code: "bad-bucket-name", message, path, fix: `Write ${inAddress}.` }];
  const fix =
    "Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends, and no beginning or end that AWS keeps for itself.";
  return [{ code: "bad-bucket-name", message, path, fix }];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const isBucketName = (name: string) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !name.includes("..") &&
  !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
  !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);

function backupPlace(backup: string, path: Path): SpecFinding[] {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(backup) ?? [];
  if (bucket === undefined) {
    const message = `"${backup}" is not a place in S3.`;
    return [{ code: "bad-backup", message, path, fix: "Write s3://bucket/prefix, or none." }];
  }
  const keys = prefix.replace(/\/$/, "");
  if (keys.startsWith("/") || keys.includes("//")) {
    return [
      {
        code: "bad-backup",
        message: `The prefix of "${backup}" has an empty part.`,
        path,
        fix: "Write single slashes.",
      },
    ];
  }
  return [...bucketName(bucket, path), ...longest(prefix, 512, "prefix of a backup", path)];
}

function accountId(id: string, path: Path): SpecFinding[] {
  const { code, pattern, noun, example } = textFormats.accountId;
  if (isTemplate(id) || pattern.test(id)) return [];
  return [{ code, message: `"${id}" is not ${noun}.`, path, fix: example }];
}

/** AWS wants a key in the Region of what it encrypts. */
function keyIn(key: string, region: string, what: "bucket" | "table", path: Path): SpecFinding[] {
  if (isTemplate(key)) return [];
  const keyRegion = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key\/[\w-]{1,128}|alias\/[\w/-]{1,250})$/.exec(
    key,
  )?.[1];
  // S3 Tables takes no aliases: https://docs.aws.amazon.com/AmazonS3/latest/API/API_s3Buckets_EncryptionConfiguration.html
  if (keyRegion === undefined || key.length > 512 || (what === "table" && key.includes(":alias/"))) {
    const fix =
      "Write its whole ARN, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.";
    return [{ code: "bad-key-arn", message: `"${key}" is not the ARN of a KMS key.`, path, fix }];
  }
  if (region === "" || isTemplate(region) || region === keyRegion) return [];
  const message = `The key is in ${keyRegion}, but the ${what} is in ${region}; AWS wants them in one Region.`;
  return [{ code: "key-region", message, path, fix: `Name a key of ${region}.` }];
}

function longest(text: string, limit: number, what: string, path: Path): SpecFinding[] {
  if (isTemplate(text) || text.length <= limit) return [];
  return [{ code: "too-large", message: `The ${what} is ${text.length} characters long; AWS allows ${limit}.`, path }];
}
