import type { RegionalContext } from "../../world/handler.ts";
import { partitionOf } from "../../world/partition.ts";
import type { Slice } from "../../world/world.ts";
import type { CatalogExportEncryption, CatalogExportInput, CatalogExportOutput, ExportSetting } from "./client.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { serviceMayUse } from "../kms/keys.ts";

/** The principal that exports the Data Catalog's metadata. */
const servicePrincipal = "systemtables.catalog.amazonaws.com";

/** How long an export is ENABLING or DISABLING; AWS names no time. */
const settlingMs = 2_000;

/** Creates or updates the account's one configuration. What AWS answers to a Put without a setting, or in the middle of another, is not documented. */
export function PutDataCatalogExportConfiguration(input: CatalogExportInput, context: Context): CatalogExportInput {
  const { world } = context;
  const exports = catalogExportsOf(context);
  if (isRepeated(exports, input)) return outputOf(input);
  const setting = input.Assets?.S3TablesExport;
  if (setting === undefined)
    throw new ServiceError("InvalidInputException", "Assets.S3TablesExport must be specified.");
  const encryption = checkedEncryption(input.S3TablesConfiguration?.EncryptionConfiguration);
  const now = world.clock.now();
  if (exports.current && exports.current.settlesAt > now)
    throw new ServiceError("ConflictException", "The data catalog export configuration is being updated.");
  if (setting === "ENABLED") exports.bucketEncryption ??= encryption ?? defaultEncryption;
  exports.current = {
    setting,
    failed: setting === "ENABLED" && !mayUseKey(exports.bucketEncryption, context),
    createdAt: exports.current?.createdAt ?? now,
    updatedAt: now,
    settlesAt: new Date(now.getTime() + settlingMs),
  };
  if (input.ClientToken !== undefined) exports.tokens.set(input.ClientToken, wantedBy(input));
  return outputOf(input);
}

/** Returns the account's one configuration. */
export function GetDataCatalogExportConfiguration(_input: object, context: Context): CatalogExportOutput {
  const { current, bucketEncryption } = catalogExportsOf(context);
  if (current === undefined)
    throw new ServiceError("EntityNotFoundException", "Data catalog export configuration does not exist.");
  const { setting, failed, createdAt, updatedAt, settlesAt } = current;
  const settled = settlesAt <= context.world.clock.now();
  const changing = setting === "ENABLED" ? "ENABLING" : "DISABLING";
  return {
    CreatedAt: createdAt,
    UpdatedAt: updatedAt,
    S3TablesConfiguration: {
      TableBucketArn: bucketEncryption && bucketArn(context),
      EncryptionConfiguration: bucketEncryption ?? defaultEncryption,
    },
    Assets: {
      S3TablesExport: setting,
      S3TablesExportState: { Status: !settled ? changing : failed ? "FAILED" : setting },
    },
  };
}

/** What an account and Region hold of the export. */
interface CatalogExports {
  current: CatalogExport | undefined;
  /** The encryption of the table bucket, which is made with the first export and stays; absent before. */
  bucketEncryption: CatalogExportEncryption | undefined;
  /** Client tokens that were used, with what they came with. */
  tokens: Map<string, string>;
}

interface CatalogExport {
  setting: ExportSetting;
  failed: boolean;
  createdAt: Date;
  updatedAt: Date;
  settlesAt: Date;
}

const defaultEncryption: CatalogExportEncryption = { SseAlgorithm: "AES256" };

const catalogExportsSlice: Slice<CatalogExports> = {
  name: "catalogExports",
  initial({ seed, seededAt }, account, region) {
    const seeded = seed.accounts[account]?.regions[region]?.glueCatalogExport;
    if (seeded === undefined) return { current: undefined, bucketEncryption: undefined, tokens: new Map() };
    const { enabled, failed, kmsKey } = seeded;
    return {
      current: {
        setting: enabled ? "ENABLED" : "DISABLED",
        failed,
        createdAt: seededAt,
        updatedAt: seededAt,
        settlesAt: seededAt,
      },
      bucketEncryption: kmsKey === undefined ? defaultEncryption : { SseAlgorithm: "aws:kms", KmsKeyArn: kmsKey },
      tokens: new Map(),
    };
  },
};

const catalogExportsOf = (at: RegionalContext): CatalogExports =>
  at.world.regional(catalogExportsSlice, at.account, at.region);

const bucketArn = ({ account, region }: RegionalContext): string =>
  `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-catalog`;

/** Returns whether a token was used before for the same; for another thing it is a conflict. */
function isRepeated({ tokens }: CatalogExports, input: CatalogExportInput): boolean {
  const before = input.ClientToken === undefined ? undefined : tokens.get(input.ClientToken);
  if (before === undefined) return false;
  if (before === wantedBy(input)) return true;
  throw new ServiceError("ConflictException", "The client token was used with other parameters.");
}

function checkedEncryption(asked: CatalogExportEncryption = {}): CatalogExportEncryption | undefined {
  const { SseAlgorithm, KmsKeyArn } = asked;
  if (SseAlgorithm === undefined && KmsKeyArn === undefined) return undefined;
  if (SseAlgorithm === "AES256" && KmsKeyArn === undefined) return { SseAlgorithm };
  if (SseAlgorithm === "aws:kms" && KmsKeyArn !== undefined) return { SseAlgorithm, KmsKeyArn };
  throw new ServiceError(
    "InvalidInputException",
    "The encryption configuration must be AES256 without a key, or aws:kms with the ARN of a KMS key.",
  );
}

function mayUseKey(encryption: CatalogExportEncryption | undefined, { world, account }: Context): boolean {
  const key = encryption?.KmsKeyArn;
  const conditions = { "aws:sourceaccount": account };
  return (
    key === undefined ||
    ["kms:GenerateDataKey", "kms:Decrypt"].every((action) =>
      serviceMayUse(world, key, servicePrincipal, action, conditions),
    )
  );
}

const outputOf = ({ S3TablesConfiguration, Assets }: CatalogExportInput): CatalogExportInput => ({
  ...(S3TablesConfiguration && { S3TablesConfiguration }),
  ...(Assets && { Assets }),
});

const wantedBy = (input: CatalogExportInput): string => {
  const { SseAlgorithm, KmsKeyArn } = input.S3TablesConfiguration?.EncryptionConfiguration ?? {};
  return JSON.stringify([input.Assets?.S3TablesExport, SseAlgorithm, KmsKeyArn]);
};
