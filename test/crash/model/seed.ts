import { audit, catalog } from "../../support/acme.ts";

export const account = catalog;
export const region = "us-east-1";
export const backups = "acme-backups";
export const domains = ["dzd_alpha", "dzd_beta", "dzd_gamma"] as const;
export const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;

const key = (digit: string) => `arn:aws:kms:${region}:${account}:key/${digit.repeat(8)}-2222-3333-4444-555555555555`;

export const keys = { usable: key("1"), disabled: key("2") };

export const seed = {
  accounts: {
    [account]: { regions: { [region]: { domains: domains.map((id) => ({ id, name: id })) } } },
    [audit]: {},
  },
  buckets: {
    "acme-inventory": { region, account: audit, policy: "ssm-delivery" },
    [backups]: { region, account },
  },
  keys: { [keys.usable]: { enabled: true }, [keys.disabled]: { enabled: false } },
};
