/** A small company for the tests: its seed for the emulator and its spec. */
export const audit = "111122223333";
export const catalog = "012345678901";
export const workloads = "222233334444";

/** A key of the account that exports its catalog. */
export const disabledKey = `arn:aws:kms:us-east-1:${catalog}:key/11111111-2222-3333-4444-555555555555`;

/** A key whose policy lets its own account use it, and no service. */
export const closedKey = `arn:aws:kms:us-east-1:${catalog}:key/66666666-7777-8888-9999-000000000000`;

const ownAccountOnly = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${catalog}:root` }, Action: "kms:*", Resource: "*" }],
};

export const seed = {
  organization: {
    id: "o-acme123456",
    management: audit,
    units: { "ou-ab12-cdefgh34": { name: "Workloads", accounts: [workloads] } },
  },
  accounts: {
    [audit]: { name: "audit", serviceLinkedRoles: ["accountdiscovery.ssm.amazonaws.com"] },
    [catalog]: {
      name: "catalog",
      regions: {
        "us-east-1": {
          domains: [
            { id: "dzd_alpha", name: "Alpha" },
            { id: "dzd_beta", name: "Beta" },
          ],
        },
      },
    },
    [workloads]: { name: "workloads" },
  },
  buckets: {
    "acme-inventory": { region: "us-east-1", account: audit, policy: "ssm-delivery" },
    "acme-backups": { region: "us-east-1", account: catalog },
    "acme-open": { region: "us-east-1", account: catalog, public: true },
  },
  keys: { [disabledKey]: { enabled: false }, [closedKey]: { policy: ownAccountOnly } },
};

/** A sync to S3 over three accounts and two Regions, an Explorer sync, and one export. */
export function spec(changes: { domain?: string; prefix?: string; sourceRegions?: string[] } = {}) {
  return {
    version: 1,
    role: "arn:aws:iam::${account.id}:role/Sluice",
    accounts: { audit, catalog, workloads },
    targets: { fleet: { accounts: ["audit", "catalog", "workloads"], regions: ["us-east-1", "eu-west-1"] } },
    syncs: {
      inventory: {
        targets: "fleet",
        destination: {
          bucket: "acme-inventory",
          region: "us-east-1",
          prefix: changes.prefix ?? "ssm/${account.id}",
        },
      },
      explorer: {
        targets: { accounts: ["audit"], regions: ["us-east-1"] },
        source: {
          organization: "entire",
          regions: changes.sourceRegions ?? ["us-east-1", "eu-west-1"],
          includeFutureRegions: false,
          enableAllOpsDataSources: false,
        },
      },
    },
    exports: {
      catalog: {
        targets: { accounts: ["catalog"], regions: ["us-east-1"] },
        domain: changes.domain ?? "dzd_alpha",
        recordExpirationDays: 365,
        table: { backup: "s3://acme-backups/catalog" },
      },
    },
  };
}
