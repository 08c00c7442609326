/** Returns a key without what spellings differ in: `kms_key_arn`, `KmsKeyArn` and `kms-key-arn` are one. */
export const bareKey = (key: string): string => key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What AWS's API, CloudFormation, StackSets, Terraform and other tools call what a spec has too, by our key; bare. */
const names: Readonly<Record<string, string>> = {
  vars: "var variables variable locals local parameters params values env",
  include: "import imports includes extends files",
  stacks: "stack environments envs workspaces stages",
  targets: "target deploymenttargets selections selectors where",
  syncs: "sync datasyncs resourcedatasyncs resourcedatasync",
  exports: "export dataexports dataexportconfigurations dataexportconfiguration",
  defaults: "default common",
  accounts: "account accountids accountid awsaccounts",
  id: "accountid awsaccountid number",
  role: "rolearn rolename iamrole assumerole executionrole executionrolename executionrolearn",
  organizationalUnits: "ou ous ouids units organizationalunitids organizationunits orgunits organizationalunit",
  accountFilter: "accountfiltertype filter",
  regions: "region awsregion awsregions sourceregions deploymentregions locations",
  region: "bucketregion s3region awsregion",
  exclude: "excludes excluded excluding except exceptions excludedaccounts excludedregions ignore skip",
  nested: "recursive",
  bucket: "bucketname s3bucket s3bucketname",
  prefix: "bucketprefix keyprefix s3prefix path folder",
  kmsKey: "kms kmskeyarn kmskeyid awskmskeyarn encryptionkey key kmsmasterkeyid",
  destination: "s3destination s3 output",
  source: "syncsource awsorganizationssource",
  share: "destinationdatasharing sharing",
  name: "syncname title",
  description: "comment comments note notes owner desc",
  domain: "domainid domainidentifier datazonedomain datazonedomainid",
  enabled: "enable enableexport active",
  encryption: "encryptionconfiguration sse sseconfiguration serversideencryption",
  recordExpirationDays:
    "retention retentiondays retentionindays expiration expirationdays expirationindays recordexpiration ttl",
  table: "assettable",
  backup: "backuplocation backupuri backuppath backupbucket location",
  backupKey: "backupkmskey backupkmskeyarn",
  protect: "preventdestroy deletionprotection terminationprotection",
  retain: "retainondelete deletionpolicy removalpolicy skipdestroy",
  adopt: "import importexisting takeover",
  freshness: "maxage",
  tolerated: "maxfailures failuretolerance failuretolerancecount failuretolerancepercentage",
  concurrency: "maxconcurrency maxconcurrentcount maxconcurrentpercentage parallelism parallel",
  order: "waves regionorder",
  reason: "why because justification",
  until: "expires expiry",
};

const ours = new Map<string, string[]>();
for (const [key, foreign] of Object.entries(names))
  for (const name of foreign.split(" ")) ours.set(name, [...(ours.get(name) ?? []), key]);

/** What other tools want said and a spec does not, or the other way round; bare. */
const instead: Readonly<Record<string, string>> = {
  syncformat: "Remove it: AWS has one format, JsonSerDe.",
  synctype: "Remove it: a destination or a source tells the type.",
  ssealgorithm: "Remove it: it follows from kmsKey.",
  clienttoken: "Remove it: each call gets its own.",
  dependson: "Remove it: what depends on what is known; `rollout.order` has waves.",
  kind: "Remove it: a spec is of one kind.",
  metadata: "Remove it: `description:` tells what an entry is for.",
};

/** Returns our keys for what another tool calls so. */
export const keysForForeign = (key: string): readonly string[] => ours.get(bareKey(key)) ?? [];

/** Returns what to do about a key that another tool has and a spec needs not; `known` are the keys that may stand there. */
export function insteadOf(key: string, known: readonly string[]): string | undefined {
  const bare = bareKey(key);
  if (bare === "disabled" && known.includes("enabled")) return "Write `enabled: false`.";
  return Object.hasOwn(instead, bare) ? instead[bare] : undefined;
}
