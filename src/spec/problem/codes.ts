import { textPages } from "./codes-text.ts";
import type { CodePage } from "./codes-text.ts";

/** The page of each code. Codes never change their meaning. */
export const codePages: Readonly<Record<string, CodePage>> = {
  ...textPages,
  "allowance-expired": {
    about:
      "An allowance names the last day on which it counts, and that day is over. It allows nothing any more; remove it, so that nobody takes it for a rule.",
  },
  "allowance-open": {
    about:
      "An allowance for deletes or replaces has no last day, so it would also let pass what nobody has thought of yet.",
    wrong: "allow: { deletes: 9, reason: sandbox }",
    right: 'allow: { deletes: 9, reason: sandbox, until: "2026-12-31" }',
  },
  "bad-account": {
    about:
      "A selection names accounts by the name that `accounts` gives them, by their id, or by a glob. An id is 12 digits in quotes.",
    wrong: "accounts: [1111-2222-3333]",
    right: 'accounts: ["111122223333"]',
  },
  "bad-account-id": {
    about: "An account's id is 12 digits, in quotes and without the dashes that the console prints.",
    wrong: 'audit: "1111-2222-3333"',
    right: 'audit: "111122223333"',
  },
  "bad-account-name": {
    about:
      "The name of an account is yours to choose: 1 to 50 characters without a slash, not digits alone, and not `all`, since a selection uses these otherwise.",
  },
  "bad-backup": {
    about: "A backup's place is a bucket and a prefix of it, or `none`.",
    wrong: "backup: /backups",
    right: "backup: s3://acme-backups/catalog",
  },
  "bad-bucket-name": {
    about:
      "S3 takes no such name for a bucket. A setting that names a bucket wants the name alone, neither an ARN nor an address. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    wrong: "bucket: s3://Acme_Inventory",
    right: "bucket: acme-inventory",
  },
  "bad-date": {
    about: "A date is year, month and day in quotes; without quotes YAML may take it for something else.",
    wrong: "until: next week",
    right: 'until: "2026-12-31"',
  },
  "bad-digest": {
    about: "The digest of a plan is the line that `sluice preview` prints, sha256: and 64 hexadecimal digits.",
  },
  "bad-domain-id": {
    about:
      "The id of a DataZone or SageMaker Catalog domain is dzd_ or dzd- and 1 to 36 letters, digits, - or _. `aws datazone list-domains` prints it.",
  },
  "bad-duration": {
    about: "How old data may be is a whole number of hours or days.",
    wrong: "freshness: 26",
    right: "freshness: 26h",
  },
  "bad-external-id": {
    about: "STS takes only letters, digits and + = , . @ : / - _ in an external id, and at most 1224 of them.",
  },
  "bad-key-arn": {
    about:
      "A key is written as its whole ARN: an alias may lead elsewhere tomorrow, and a bare id does not tell account and Region. S3 Tables takes no alias at all.",
    wrong: "kmsKey: alias/inventory",
    right: "kmsKey: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  "bad-name": {
    about:
      "Names of entries, selections, stacks and variables are 1 to 64 letters, digits, spaces, and _ . -; they appear in reports and paths, where a slash would mean something else.",
  },
  "bad-organizational-unit": {
    about:
      "A unit is named by its id (ou-ab12-cdefgh34), the root by its own (r-ab12), or by its name or path as AWS Organizations has them.",
  },
  "bad-prefix": {
    about:
      "A prefix is what the keys of the objects begin with. An address or an ARN in it would be part of every key.",
    wrong: "prefix: s3://acme-inventory/ssm",
    right: "prefix: ssm",
  },
  "bad-region": {
    about:
      "This is neither a Region nor a group from `regions`. A Region that AWS opened lately is accepted with a warning.",
  },
  "bad-role-arn": {
    about: "A role is written as its whole ARN; ${account.id} stands for each account's id.",
    wrong: "role: Sluice",
    right: "role: arn:aws:iam::${account.id}:role/Sluice",
  },
  "bad-rows-owner": { about: "An allowance of a loss says whose rows may go: a domain's id, or the ARN of the table." },
  "bad-share": {
    about: "A limit is a whole number, or a share in percent.",
    wrong: "deletes: 0.1",
    right: "deletes: 10%",
  },
  "bad-tag": { about: "The key of a tag has 1 to 128 letters, digits, spaces and _ . : / = + - @, as AWS wants it." },
  "bad-target": {
    about: "A target is an account and a Region, with a slash between them.",
    right: "111122223333/us-east-1",
  },
  "destination-and-source": {
    about:
      "AWS has two kinds of resource data sync: one that sends Inventory to a bucket, and one that collects OpsData for Explorer. One sync is one of them.",
  },
  "domain-region": { about: "A domain lives in one Region, and its export can be configured there alone." },
  "duplicate-account": { about: "One account has two names. A selection by name would hide that both mean the same." },
  "duplicate-destination": {
    about:
      "Two syncs of one account and Region write the same keys of one bucket, and each overwrites what the other delivered.",
  },
  "duplicate-export": {
    about: "AWS keeps one data export configuration in an account and Region, so two entries cannot both have it.",
  },
  "duplicate-organization-share": {
    about: "AWS lets one sync of an account and Region share its delivery with the organization.",
  },
  "duplicate-sync": {
    about: "AWS knows a sync by its name within account and Region, so two entries cannot both have it.",
  },
  "implicit-self": {
    about:
      "An entry or selection that names no accounts is for the account of whoever runs it: a line that gets lost turns a fleet into one account. Write `accounts: self` where it is meant.",
  },
  "include-clash": {
    about: "Two files of a spec define the same name. Which one counts must not depend on the order of files.",
  },
  "include-cycle": { about: "A file includes itself, by way of others or directly." },
  "include-key": {
    about:
      "An included file brings accounts, selections, groups, syncs, exports and variables. What holds for the whole deployment, such as `guards`, stands in the first file.",
  },
  "include-missing": {
    about: "A file that the spec includes cannot be read. Paths start at the folder of the file that includes.",
  },
  "key-region": {
    about: "AWS encrypts with a key of the same Region: the bucket's for a delivery, the target's for a table.",
  },
  "listed-twice": {
    about:
      "An account or Region is listed twice, perhaps by name and by id. It counts once; perhaps another one was meant.",
  },
  "matches-nothing": { about: "A selection comes to no account in no Region, so the entry stands for nothing." },
  "missing-key": { about: "A setting that AWS or Sluice cannot do without is not there, and no default gives it." },
  "name-in-setting": {
    about:
      "The name of an account is yours to change, and changing it changes nothing in AWS, but where ${account.name} is part of a setting: AWS cannot change most of them in place, backups would lie elsewhere, and another role would be assumed. `check --strict` tells of these. A glob such as prod-* selects by name as well: `expand --against` tells what a new name adds and removes.",
    wrong: 'prefix: "${account.name}"',
    right: 'prefix: "${account.id}"',
  },
  "nameless-account": {
    about:
      "${account.name} is used for an account that has no name in `accounts`, nor in AWS Organizations as far as it was asked.",
  },
  "needs-caller": {
    about:
      "The account that the credentials belong to is not known without asking AWS. `--online` asks; AWS_ACCOUNT_ID and AWS_REGION tell it.",
  },
  "needs-organization": {
    about:
      "Which accounts are in a unit only AWS Organizations knows. `--online` asks; `sluice organization record` writes it down for use without a network.",
  },
  "no-backup": {
    about: "A setting says that the table is backed up before it is dropped, and no place for backups is named.",
  },
  "no-effect": {
    about:
      "An exclusion or override applies to nothing that is selected. Where it is a typo, what should be left out is still in.",
  },
  "no-region": {
    about:
      "An entry without `targets` is for the environment's Region, and neither AWS_REGION nor AWS_DEFAULT_REGION is set.",
  },
  "no-value": {
    about:
      "A mapping by account or Region has no value for one of the targets. Nothing is guessed; `default` covers the rest.",
  },
  "other-partition": {
    about:
      "The partitions of AWS (aws, aws-cn, aws-us-gov, aws-eusc, …) know nothing of each other: an account, a role, a key and a bucket are of one of them, and serve targets there alone.",
    wrong: "role: arn:aws:iam::${account.id}:role/Sluice",
    right: "role: arn:${partition}:iam::${account.id}:role/Sluice",
  },
  "regions-unknown": {
    about: "`all-enabled` means the Regions that the spec lists for each account, and this account lists none.",
  },
  "role-account": {
    about: "A role of another account can be assumed, but what it then does it does over there.",
    right: "role: arn:aws:iam::${account.id}:role/Sluice",
  },
  "slashed-prefix": {
    about:
      "A prefix that begins or ends with a slash makes keys with an empty part, such as ssm//AWS:Instance. Prefixes are written without slashes at their ends.",
  },
  "sync-quota": {
    about:
      "AWS allows five resource data syncs in an account and Region, and Amazon Inspector uses one for itself. https://docs.aws.amazon.com/general/latest/gr/ssm.html",
  },
  "too-large": { about: "The value is beyond what AWS takes; the message tells the limit." },
  "too-small": { about: "The value is below what AWS takes; the message tells the limit." },
  "unknown-account": {
    about: "No account has this name, neither in `accounts` nor in a unit that is selected beside it.",
  },
  "unknown-key": {
    about:
      "There is no such setting here. A key that nobody reads would be taken for one that counts. Blocks for anchors begin with x-, at the top of the file.",
  },
  "unknown-organizational-unit": {
    about:
      "AWS Organizations has no such unit, or several of that name; then a path such as Workloads/Production tells them apart.",
  },
  "unknown-region": {
    about: "The Region has the right form and this version does not know it: it is new, or mistyped.",
  },
  "unknown-stack": { about: "The spec lists its stacks under `stacks`, and this one is not among them." },
  "unknown-target": { about: "No selection under `targets` has this name." },
  "unknown-variable": {
    about:
      "Variables are ${account.id}, ${account.name}, ${region}, ${partition} and ${stack}, and ${vars.name} for those under `vars`. ${config.name}, a secret of the stack's Pulumi configuration, can be the whole of an externalId, and stands nowhere else.",
  },
  "variable-in-allowance": {
    about:
      "Who approves an allowance reads it as it stands. With a variable, another file, another stack or another target would make it allow something else, so that none is filled in there.",
    wrong: 'allow: { loss: "${vars.place}", of: dzd_old, reason: a trial }',
    right: "allow: { loss: 012345678901/us-east-1, of: dzd_old, reason: a trial }",
  },
  "wrong-type": {
    about: "The value is of another type than the setting: a text, a number, a list, a mapping, true or false.",
    wrong: "regions: us-east-1",
    right: "regions: [us-east-1]",
  },
  "wrong-value": { about: "The setting takes one of a few words, and this is none of them." },
};
