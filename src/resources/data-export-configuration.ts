import { CustomResource } from "@pulumi/pulumi";
import type { CustomResourceOptions, ID, Input, Output } from "@pulumi/pulumi";
import { stub } from "../../providers/stub.ts";
import { bookkeeping, withSecretExternalId, withDeleteFirst, withId, isOfType } from "./bookkeeping.ts";
import type { OutputsOf } from "./bookkeeping.ts";
import type { ArgsOf, ConnectionInputs, ConnectionOutputs } from "./connection.ts";
import type { LossAllowance } from "./loss-allowance.ts";
import { pulumiTypeOf } from "./kinds.ts";

const type = pulumiTypeOf("DataExportConfiguration");

/** How the exported table is encrypted. AWS fixes it when it creates the table. */
export interface Encryption {
  /** `AES256` for keys of S3, `aws:kms` for a key of your own. */
  sseAlgorithm: "AES256" | "aws:kms";
  /** ARN of the KMS key; needed with `aws:kms`, not allowed otherwise. */
  kmsKeyArn?: string;
}

/** The settings of a {@link DataExportConfiguration} as plain values. */
export interface DataExportConfigurationInputs extends ConnectionInputs {
  /** Id of the domain, `dzd_…` or `dzd-…`. Changing it replaces the configuration, and with it the table's claim. */
  domain: string;
  /** Whether the daily export runs. Off keeps the configuration and the table. Changed in place. @default true */
  enabled?: boolean;
  /** Encryption of the table. Changing it replaces the configuration and the table. @default { sseAlgorithm: "AES256" } */
  encryption?: Encryption;
  /**
   * Days after which rows of the table are removed, 1 to 2,147,483,647. AWS starts within two days; removed rows do not come back.
   * Changed in place. @default rows are kept
   */
  recordExpirationDays?: number;
  /** Allows rows to expire that were kept so far. It changes nothing by itself. @default a shortened expiration that would lose rows is an error */
  allowLoss?: LossAllowance[];
  /** Id of the {@link AssetTable} that holds the table's place: an export is possible only where its domain has the claim. A new claim replaces the configuration. */
  assetTable: string;
  /**
   * Whether a configuration that the domain has already is taken over when this one is created: it is switched on or off as wanted, another
   * encryption is an error. Means nothing afterwards. @default false: it is an error, and the configuration is left as it is
   */
  adopt?: boolean;
}

/** The arguments of a {@link DataExportConfiguration}. */
export type DataExportConfigurationArgs = ArgsOf<DataExportConfigurationInputs>;

/**
 * The export of a DataZone or SageMaker Catalog domain's asset metadata into the S3 table `aws-sagemaker-catalog/asset_metadata/asset`.
 *
 * AWS allows one in an account and Region. Its id is `account/region/domain`. Deleting it keeps the table.
 *
 * @example
 * const table = new AssetTable("111122223333/us-east-1", { account, region, domain, backup: "s3://acme-backups/catalog" });
 * new DataExportConfiguration("111122223333/us-east-1", { account, region, domain, assetTable: table.id });
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 */
export class DataExportConfiguration extends CustomResource implements ConnectionOutputs {
  /** The type as policy packs see it. */
  static readonly __pulumiType = type;

  declare readonly account: Output<string>;
  declare readonly region: Output<string>;
  declare readonly role: Output<string | null>;
  declare readonly externalId: Output<string | null>;
  declare readonly domain: Output<string>;
  declare readonly enabled: Output<boolean>;
  declare readonly encryption: Output<Encryption>;
  declare readonly recordExpirationDays: Output<number | null>;
  declare readonly allowLoss: Output<LossAllowance[] | null>;
  declare readonly assetTable: Output<string>;
  /** `COMPLETED` or `FAILED`, when last looked at. */
  declare readonly status: Output<string | null>;
  /** ARN of the table bucket that AWS exports into. */
  declare readonly tableBucketArn: Output<string>;
  /** ARN of the table that it exports into, once there is one. */
  declare readonly tableArn: Output<string | null>;
  /** When AWS created the configuration, ISO 8601. */
  declare readonly createdAt: Output<string | null>;
  /** When its settings last changed, ISO 8601. It does not follow the daily export. */
  declare readonly updatedAt: Output<string | null>;

  constructor(name: string, args: DataExportConfigurationArgs, options?: CustomResourceOptions) {
    super(
      type,
      name,
      { ...outputs, ...withSecretExternalId(args), ...bookkeeping(type, name, stub.dataExportConfiguration, options) },
      withDeleteFirst(name, options),
    );
  }

  /** Reads a configuration that is not managed here. `id` is `account/region/domain`. */
  static get(
    name: string,
    id: Input<ID>,
    connection: Partial<DataExportConfigurationArgs> = {},
    options?: CustomResourceOptions,
  ): DataExportConfiguration {
    return new DataExportConfiguration(
      name,
      connection as DataExportConfigurationArgs,
      withId("DataExportConfiguration", name, id, options),
    );
  }

  /** Whether `value` is a DataExportConfiguration, of any copy of this package. */
  static override isInstance(value: unknown): value is DataExportConfiguration {
    return isOfType(value, type);
  }
}

const outputs: OutputsOf<DataExportConfiguration> = {
  account: undefined,
  region: undefined,
  role: undefined,
  externalId: undefined,
  domain: undefined,
  enabled: undefined,
  encryption: undefined,
  recordExpirationDays: undefined,
  allowLoss: undefined,
  assetTable: undefined,
  status: undefined,
  tableBucketArn: undefined,
  tableArn: undefined,
  createdAt: undefined,
  updatedAt: undefined,
};
