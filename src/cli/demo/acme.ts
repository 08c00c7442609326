/** The company of the demo: three accounts, two Regions, two domains of which one may export. */
export const audit = "111122223333";
/** The account that exports its catalog. */
export const catalog = "012345678901";
const workloads = "222233334444";

/** What the emulator holds before the first `up`. */
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
            { id: "dzd_sales", name: "Sales" },
            { id: "dzd_company", name: "Company" },
          ],
        },
      },
    },
    [workloads]: { name: "workloads" },
  },
  buckets: {
    "acme-inventory": { region: "us-east-1", account: audit, policy: "ssm-delivery" },
    "acme-backups": { region: "us-east-1", account: catalog, versioning: true },
  },
};

/** The demo's sluice.yaml. */
export const spec = `version: 1
role: arn:aws:iam::\${account.id}:role/Sluice     # assumed in every account
accounts:
  audit: "${audit}"
  catalog: "${catalog}"
  workloads: "${workloads}"
targets:
  fleet: { accounts: [audit, catalog, workloads], regions: [us-east-1, eu-west-1] }
syncs:
  inventory:                                       # Inventory of every account and Region into one bucket
    targets: fleet
    destination: { bucket: acme-inventory, region: us-east-1, prefix: "ssm/\${account.id}" }
  explorer:                                        # Explorer: the organization's operational data
    targets: { accounts: [audit], regions: [us-east-1] }
    source:
      organization: entire
      regions: [us-east-1, eu-west-1]
      includeFutureRegions: false
      enableAllOpsDataSources: false
exports:
  catalog:                                         # asset metadata, once a day, into an S3 table
    targets: { accounts: [catalog], regions: [us-east-1] }
    domain: dzd_sales
    table: { backup: s3://acme-backups/catalog }
`;
