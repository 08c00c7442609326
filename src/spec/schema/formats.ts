import { knownRegions, regionPattern } from "../../partitions.ts";
import {
  arnOfKey,
  domainInAddress,
  hoursOrDays,
  isoDate,
  lowerCaseUnit,
  placeInS3,
  plainName,
  roleFor,
  withoutDashes,
  withSlash,
} from "./format-cures.ts";
import { didYouMean } from "../problem/suggest.ts";

/** A kind of string that AWS or Sluice prescribes, and how to say that a value is not one. */
export interface TextFormat {
  code: string;
  pattern: RegExp;
  /** Completes "… is not". */
  noun: string;
  /** What one looks like. */
  example: string;
  /** What a wrong one was probably meant to be. */
  suggest?(value: string): string | undefined;
}

const keyExample =
  "Write its whole ARN, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.";

/** Every format, by name. Each pattern belongs to one format, so that a mismatch leads back to it. */
export const textFormats = {
  accountId: {
    code: "bad-account-id",
    pattern: /^\d{12}$/,
    noun: "an account id",
    example: 'Account ids are 12 digits in quotes, such as "111122223333".',
    suggest: withoutDashes,
  },
  accountName: {
    code: "bad-account-name",
    pattern: /^(?!\d*$|all$)(?!.*\$\{)[^\s/][^/]{0,49}$/,
    noun: "a name for an account",
    example: "Names have 1 to 50 characters, no slash and no variable, not digits alone, and are not `all`.",
  },
  accountReference: {
    code: "bad-account",
    pattern: /^(?!all$)(?!.*\$\{)(\d{12}|(?!\d*$)[^\s/][^/]{0,49})$/,
    noun: "an account",
    example: 'Write a name from `accounts`, or 12 digits in quotes, such as "111122223333".',
    suggest: withoutDashes,
  },
  region: {
    code: "bad-region",
    pattern: regionPattern,
    noun: "an AWS Region",
    example: "Regions look like us-east-1.",
    suggest: (value: string) => didYouMean(value, knownRegions),
  },
  regionReference: {
    code: "bad-region",
    pattern: /^[A-Za-z0-9_*?][A-Za-z0-9_.*?-]{0,63}$/,
    noun: "an AWS Region",
    example: "Write a Region such as us-east-1, a group from `regions`, or a glob such as eu-*.",
    suggest: (value: string) => didYouMean(value, knownRegions),
  },
  unitReference: {
    code: "bad-organizational-unit",
    pattern:
      /^(?!.*\$\{)(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|(?![oO][uU]-|r-)[^\s/][^/]{0,127}(\/[^\s/][^/]{0,127}){0,4})$/,
    noun: "an organizational unit",
    example:
      "Ids look like ou-ab12-cdefgh34, the root's like r-ab12; or write the unit's name, or its path such as Workloads/Production.",
    suggest: lowerCaseUnit,
  },
  targetReference: {
    code: "bad-target",
    pattern: /^(?!.*\$\{)(\d{12}|(?!\d*\/)[^\s/][^/]{0,49})\/[a-z]{2,4}-[a-z0-9-]+-\d{1,2}$/,
    noun: "an account and Region",
    example: "Write account/Region, such as audit/us-east-1.",
    suggest: withSlash,
  },
  targetKey: {
    code: "bad-target",
    pattern: /^(?!.*\$\{)[^\s/][^/]{0,49}(\/[a-z]{2,4}-[a-z0-9-]+-\d{1,2})?$/,
    noun: "an account, a Region, account/Region or default",
    example: "Write a Region such as us-east-1, an account, audit/us-east-1, or default.",
    suggest: plainName,
  },
  tagKey: {
    code: "bad-tag",
    pattern: /^[\p{L}\p{N}_.:/=+@ -]{1,128}$/u,
    noun: "the key of a tag",
    example: "Keys of tags have 1 to 128 letters, digits, spaces and _ . : / = + - @",
  },
  groupName: {
    code: "bad-name",
    pattern: /^(?!all-enabled$)(?![a-z]{2,4}(-[a-z]+)+-\d+$)[A-Za-z_][\w.-]{0,63}$/,
    noun: "a name for a group of Regions",
    example: "Names of groups are letters, digits, _ . and -, and do not look like a Region.",
  },
  domain: {
    code: "bad-domain-id",
    pattern: /^dzd[-_][a-zA-Z0-9_-]{1,36}$/,
    noun: "a domain id",
    example:
      "Domain ids are dzd_ or dzd- and 1 to 36 letters, digits, - or _; `aws datazone list-domains` prints them.",
    suggest: domainInAddress,
  },
  roleArn: {
    code: "bad-role-arn",
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    noun: "the ARN of a role",
    example: "Write arn:aws:iam::${account.id}:role/Sluice, with your role's name.",
    suggest: roleFor,
  },
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  externalId: {
    code: "bad-external-id",
    pattern: /^[\w+=,.@:/-]*$/,
    noun: "an external id",
    example: "External ids are letters, digits, and + = , . @ : / - _",
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  bucket: {
    code: "bad-bucket-name",
    pattern:
      /^(?!xn--|sthree-|amzn-s3-demo-|\d+\.\d+\.\d+\.\d+$)(?!.*(\.\.|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    noun: "a bucket name",
    example:
      "Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends, and no beginning or end that AWS keeps for itself.",
    suggest: bucketInAddress,
  },
  // Its bucket's name is judged by itself.
  backup: {
    code: "bad-backup",
    pattern: /^(none|s3:\/\/[^/]+(\/([^/]+\/)*[^/]*\/?)?)$/,
    noun: "a place in S3",
    example: "Write s3://bucket/prefix, with single slashes, or none.",
    suggest: placeInS3,
  },
  key: {
    code: "bad-key-arn",
    pattern: /^(?=.{1,512}$)arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key\/[\w-]{1,128}|alias\/[\w/-]{1,250})$/,
    noun: "the ARN of a KMS key",
    example: keyExample,
    suggest: arnOfKey,
  },
  // S3 Tables takes no aliases: https://docs.aws.amazon.com/AmazonS3/latest/API/API_s3Buckets_EncryptionConfiguration.html
  tableKey: {
    code: "bad-key-arn",
    pattern: /^(?=.{1,512}$)arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,128}$/,
    noun: "the ARN of a KMS key",
    example: keyExample,
    suggest: arnOfKey,
  },
  organizationalUnit: {
    code: "bad-organizational-unit",
    pattern: /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/,
    noun: "an organizational unit's id",
    example: "AWS takes ids alone here, such as ou-ab12-cdefgh34.",
    suggest: lowerCaseUnit,
  },
  target: {
    code: "bad-target",
    pattern: /^\d{12}\/[a-z]{2,4}-[a-z0-9-]+-\d{1,2}$/,
    noun: "an account and Region",
    example: 'Write account/Region, such as "111122223333/us-east-1".',
  },
  rowsOwner: {
    code: "bad-rows-owner",
    pattern: /^(dzd[-_][a-zA-Z0-9_-]{1,36}|arn:aws[a-z-]*:s3tables:\S+)$/,
    noun: "a domain id or the ARN of a table",
    example: "Say whose rows may go: the id of the domain, or the ARN of the table.",
  },
  date: {
    code: "bad-date",
    pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
    noun: "a date",
    example: 'Dates are year-month-day in quotes, such as "2026-12-31".',
    suggest: isoDate,
  },
  digest: {
    code: "bad-digest",
    pattern: /^sha256:[0-9a-f]{64}$/,
    noun: "the digest of a plan",
    example: "Write it as `sluice preview` prints it, sha256: and 64 hexadecimal digits.",
  },
  share: {
    code: "bad-share",
    pattern: /^(100|\d{1,2})%$/,
    noun: "a share",
    example: "Write a whole number, or a share such as 10%.",
  },
  duration: {
    code: "bad-duration",
    pattern: /^[1-9]\d{0,3}[hd]$/,
    noun: "a duration",
    example: "Write hours or days, such as 26h or 3d.",
    suggest: hoursOrDays,
  },
  variableName: {
    code: "bad-name",
    pattern: /^[A-Za-z_][\w-]{0,63}$/,
    noun: "a name for a variable",
    example: "Names of variables are letters, digits, _ and -, and begin with a letter.",
  },
  stackName: {
    code: "bad-name",
    pattern: /^[\w.-]{1,100}$/,
    noun: "a name for a stack",
    example: "Names of stacks are 1 to 100 letters, digits, _ . and -",
  },
  entryName: {
    code: "bad-name",
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,63}$/,
    noun: "a name",
    example: "Names have 1 to 64 letters, digits, spaces, and _ . -",
    suggest: plainName,
  },
} as const satisfies Record<string, TextFormat>;

/** The name in the address of a bucket. */
function bucketInAddress(value: string): string | undefined {
  const [, name] = /^(?:s3:\/\/|arn:[a-z-]+:s3:::)([^/]+)\/?$/.exec(value) ?? [];
  if (name !== undefined && textFormats.bucket.pattern.test(name)) return `Write ${name}.`;
  const plain = value.toLowerCase().replaceAll("_", "-");
  return textFormats.bucket.pattern.test(plain)
    ? `Did you mean "${plain}"? Bucket names have lower-case letters, and no _.`
    : undefined;
}
