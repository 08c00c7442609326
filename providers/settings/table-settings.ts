import type { Receipt } from "../../src/backup/index.ts";
import type { Subject } from "../../src/aws/index.ts";
import type { AssetTableInputs } from "../../src/resources/asset-table.ts";
import type { Encryption } from "../../src/resources/data-export-configuration.ts";
import { connectionRules, pickSettings } from "./connection-rules.ts";
import { allowLossRule, domainRule, encryptionRule, tableBucketArn } from "./export-settings.ts";
import { flag, oneOf, shape, text } from "./rules.ts";
import type { Problem } from "./rules.ts";

/** A claim's settings, complete and in canonical form. */
export type TableSettings = Required<Pick<AssetTableInputs, "method" | "history" | "onRemoval" | "leftover">> &
  AssetTableInputs & {
    encryption: Encryption;
    /** Derived. */
    tableBucketArn: string;
  };

/** What is recorded of a claim. */
export interface TableState extends TableSettings {
  tableArn?: string;
  receipt?: Receipt;
}

const settingsRule = shape(
  {
    ...connectionRules.required,
    domain: domainRule,
    backup: text(/^(none|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^?#]*)?)$/, "s3://bucket/prefix or none"),
  },
  {
    ...connectionRules.optional,
    encryption: encryptionRule,
    backupOwner: text(/^\d{12}$/, "an account id of 12 digits"),
    backupKey: text(/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/.{1,2000}$/, "the ARN of a KMS key"),
    method: oneOf("copy"),
    history: oneOf("all", "current"),
    onRemoval: oneOf("keep", "backUpAndDrop"),
    leftover: oneOf("ask", "adopt", "backUpAndDrop", "drop"),
    allowLoss: allowLossRule,
    adopt: flag,
  },
  { tableBucketArn: text(/^.+$/, "an ARN") },
);

/** Returns what is wrong with a claim's inputs. */
export function rules(value: unknown, path: string): Problem[] {
  const problems = settingsRule(value, path);
  if (problems.length > 0) return problems;
  const settings = value as AssetTableInputs;
  if (settings.backup !== "none") return [];
  return (["onRemoval", "leftover"] as const)
    .filter((property) => settings[property] === "backUpAndDrop")
    .map((property) => ({ property, reason: 'is backUpAndDrop, but backup is "none": say where backups go' }));
}

/** Returns a claim's inputs with every default, in one form and order. */
export function normalise(inputs: Record<string, unknown>): TableSettings {
  const given = inputs as unknown as AssetTableInputs;
  return {
    ...(pickSettings(inputs, "account", "region", "role", "externalId", "domain", "backupOwner", "backupKey") as Pick<
      TableSettings,
      "account" | "region" | "domain"
    >),
    encryption: given.encryption ?? { sseAlgorithm: "AES256" },
    backup: given.backup?.replace(/\/+$/, "") ?? "none",
    method: given.method ?? "copy",
    history: given.history ?? "all",
    onRemoval: given.onRemoval ?? "keep",
    leftover: given.leftover ?? "ask",
    ...(given.allowLoss && { allowLoss: given.allowLoss }),
    ...(given.adopt && { adopt: given.adopt }),
    tableBucketArn: tableBucketArn(given.account, given.region),
  };
}

/** Returns how messages speak of the claim. */
export function subjectOf({ account, region, domain, encryption, backup }: TableSettings): Subject {
  const resource = `claim of ${domain} on the exported table`;
  return { account, region, resource, kmsKeyArn: encryption.kmsKeyArn, backup };
}
