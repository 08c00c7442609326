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

/** What other tools want said and a spec does not, and why; bare. */
const needless: Readonly<Record<string, string>> = {
  syncformat: "AWS has one format, JsonSerDe.",
  synctype: "a destination or a source tells the type.",
  ssealgorithm: "it follows from kmsKey.",
  clienttoken: "each call gets its own.",
  dependson: "what depends on what is known; `rollout.order` has waves.",
};

/** Returns our keys for what another tool calls so. */
export const keysForForeign = (key: string): readonly string[] => ours.get(bareKey(key)) ?? [];

/** Returns why a key that another tool has needs no word in a spec. */
export const whyNeedless = (key: string): string | undefined =>
  Object.hasOwn(needless, bareKey(key)) ? needless[bareKey(key)] : undefined;
