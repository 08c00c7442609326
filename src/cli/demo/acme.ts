import { partitions } from "../../aws/index.ts";

/** The account of the demo's company that administers and audits the others. */
export const audit = "111122223333";
/** The account that exports its catalog. */
export const catalog = "012345678901";
const workloads = "222233334444";

/** The company of the demo: three accounts, two domains of which one may export, and a Region or two of one partition of AWS. */
export interface Acme {
  /** Where its buckets and its domains are. */
  region: string;
  /** The second part of every ARN there. */
  partition: string;
  /** What the emulator holds before the first `up`. */
  seed: Record<string, unknown>;
  /** The demo's sluice.yaml. */
  spec: string;
}

/**
 * Returns the company at home in a Region.
 * @returns `undefined` for a Region that no partition has
 */
export function acmeIn(region: string): Acme | undefined {
  const partition = partitions.find(({ regions }) => regions.includes(region));
  if (!partition) return undefined;
  const second = ["eu-west-1", ...partition.regions].find(
    (other) => other !== region && partition.regions.includes(other),
  );
  const regions = [region, ...(second === undefined ? [] : [second])];
  return { region, partition: partition.name, seed: seedIn(region), spec: specIn(partition.name, regions) };
}

const seedIn = (region: string) => ({
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
        [region]: {
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
    "acme-inventory": { region, account: audit, policy: "ssm-delivery" },
    "acme-backups": { region, account: catalog, versioning: true },
  },
});

const specIn = (partition: string, regions: readonly string[]) => `version: 1
role: arn:${partition}:iam::\${account.id}:role/Sluice     # assumed in every account
accounts:
  audit: "${audit}"
  catalog: "${catalog}"
  workloads: "${workloads}"
targets:
  fleet: { accounts: [audit, catalog, workloads], regions: [${regions.join(", ")}] }
syncs:
  inventory:                                       # Inventory of every account and Region into one bucket
    targets: fleet
    destination: { bucket: acme-inventory, region: ${regions[0]}, prefix: "ssm/\${account.id}" }
  explorer:                                        # Explorer: the organization's operational data
    targets: { accounts: [audit], regions: [${regions[0]}] }
    source:
      organization: entire
      regions: [${regions.join(", ")}]
      includeFutureRegions: false
      enableAllOpsDataSources: false
exports:
  catalog:                                         # asset metadata, once a day, into an S3 table
    targets: { accounts: [catalog], regions: [${regions[0]}] }
    domain: dzd_sales
    table: { backup: s3://acme-backups/catalog }
`;
