import { partitionOf } from "../../src/aws/index.ts";
import type { Subject } from "../../src/aws/index.ts";
import type { DataExportConfigurationInputs, Encryption } from "../../src/resources/data-export-configuration.ts";
import { kinds } from "../../src/resources/kinds.ts";
import { connectionRules, pickSettings } from "./connection-rules.ts";
import type { IdForm } from "./id-form.ts";
import { flag, listOf, oneOf, shape, text, unknown, wholeNumber } from "./rules.ts";
import type { Problem, Rule } from "./rules.ts";

/** A data export configuration's settings, complete and in canonical form. */
export type ExportSettings = DataExportConfigurationInputs & {
  enabled: boolean;
  encryption: Encryption;
  /** Derived. */
  tableBucketArn: string;
};

/** An export and its claim are what a domain has in an account and Region. */
export const exportIdForm: IdForm = {
  text: kinds.DataExportConfiguration.idForm,
  pattern: /^(?<account>\d{12})\/(?<region>[a-z0-9-]+)\/(?<domain>dzd[-_][\w-]{1,36})$/,
};

/** Id of a domain, as DataZone writes it. */
export const domainPattern: RegExp = /^dzd[-_][a-zA-Z0-9_-]{1,36}$/;

/** Refuses what is no id of a domain. */
export const domainRule: Rule = text(domainPattern, "the id of a domain, dzd_… or dzd-…");

const encryptionShape = shape(
  { sseAlgorithm: oneOf("AES256", "aws:kms") },
  { kmsKeyArn: text(/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/.{1,2000}$/, "the ARN of a KMS key") },
);

/** Demands an encryption whose algorithm and key belong together: AWS refuses a key without its algorithm. */
export const encryptionRule: Rule = (value, path) => {
  const problems = encryptionShape(value, path);
  if (problems.length > 0 || typeof value !== "object") return problems;
  const { sseAlgorithm, kmsKeyArn } = value as Encryption;
  const property = `${path}.kmsKeyArn`;
  if (sseAlgorithm === "aws:kms" && !kmsKeyArn) return [{ property, reason: "is missing: aws:kms needs it" }];
  if (sseAlgorithm === "AES256" && kmsKeyArn) return [{ property, reason: "does not belong to AES256" }];
  return [];
};

/** The words for losses of rows: whose they are, and why they may go. */
export const allowLossRule: Rule = listOf(
  shape({
    of: text(/^(dzd[-_]|arn:)\S+$/, "the id of a domain or the ARN of a table"),
    reason: text(/\S/, "a reason"),
  }),
  1,
  100,
);

const settingsRule = shape(
  { ...connectionRules.required, domain: domainRule, assetTable: text(/^.+$/, "the id of an AssetTable") },
  {
    ...connectionRules.optional,
    adopt: flag,
    enabled: flag,
    encryption: encryptionRule,
    recordExpirationDays: wholeNumber(1, 2_147_483_647),
    allowLoss: allowLossRule,
  },
  { tableArn: text(/^.+$/, "an ARN"), tableBucketArn: text(/^.+$/, "an ARN") },
);

/** Returns what is wrong with an export's inputs. */
export function rules(value: unknown, path: string): Problem[] {
  return settingsRule(value, path);
}

/** Returns an export's inputs with every default, in one form and order. */
export function normalise(inputs: Record<string, unknown>): ExportSettings {
  const { account, region, enabled = true, encryption } = inputs as unknown as DataExportConfigurationInputs;
  return {
    ...(pickSettings(
      inputs,
      "account",
      "region",
      "role",
      "externalId",
      "domain",
      "recordExpirationDays",
      "assetTable",
      "allowLoss",
    ) as Pick<ExportSettings, "account" | "region" | "domain" | "assetTable">),
    enabled,
    encryption: encryption ?? { sseAlgorithm: "AES256" },
    tableBucketArn: tableBucketArn(account, region),
  };
}

/** Returns the ARN of the table bucket that AWS makes for the export, one in an account and Region. */
export function tableBucketArn(account: string, region: string): string {
  if (account === unknown || region === unknown) return unknown;
  return `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
}

/** Returns what messages call a configuration, and the key that explains its errors. */
export function subjectOf({
  account,
  region,
  domain,
  encryption,
}: Pick<ExportSettings, "account" | "region" | "domain" | "encryption">): Subject {
  return { account, region, resource: `data export configuration of ${domain}`, kmsKeyArn: encryption.kmsKeyArn };
}
