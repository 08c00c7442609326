import { CustomResource } from "@pulumi/pulumi";
import type { CustomResourceOptions, ID, Input, Output } from "@pulumi/pulumi";
import { stub } from "../../providers/stub.ts";
import type { Receipt } from "../backup/index.ts";
import { bookkeeping, withSecretExternalId, withDeleteFirst, withId, isOfType } from "./bookkeeping.ts";
import type { OutputsOf } from "./bookkeeping.ts";
import type { ArgsOf, ConnectionInputs, ConnectionOutputs } from "./connection.ts";
import type { Encryption } from "./data-export-configuration.ts";
import type { LossAllowance } from "./loss-allowance.ts";
import { pulumiTypeOf } from "./kinds.ts";

const type = pulumiTypeOf("AssetTable");

/** The settings of an {@link AssetTable} as plain values. */
export interface AssetTableInputs extends ConnectionInputs {
  /** Id of the domain that claims the table's place. Changing it replaces the claim: the table of the old domain is backed up and dropped. */
  domain: string;
  /** Encryption that the table is to have. Changing it replaces the claim, as above. @default { sseAlgorithm: "AES256" } */
  encryption?: Encryption;
  /**
   * Where backups and the record of released tables lie, `s3://bucket/prefix`, or `none`. Without it a table whose place is needed
   * is never dropped unless `leftover` says `drop`. Changed in place; it counts from the next backup.
   */
  backup: string;
  /**
   * Account that owns the backup's bucket, 12 digits; S3 refuses every request where another account does. Changed in place.
   * @default the account of the table
   */
  backupOwner?: string;
  /**
   * ARN of the KMS key that backups are encrypted with. Changed in place; it counts from the next backup.
   * @default the key of the table; S3's own keys where it has none
   */
  backupKey?: string;
  /** How a backup is made; `copy` reads the table's files and writes them unchanged. Changed in place. @default "copy" */
  method?: "copy";
  /** Whether a backup holds every snapshot that the table still has, or the newest only. Changed in place. @default "all" */
  history?: "all" | "current";
  /** What becomes of the table when the claim is removed. `keep` leaves it, as AWS does. Changed in place. @default "keep" */
  onRemoval?: "keep" | "backUpAndDrop";
  /**
   * What to do with a table of unknown origin in the claimed slot: fail and ask, adopt it as it is, back it up and drop it, or drop
   * it, without a backup only where `backup` is `none` and `allowLoss` names it. It never speaks of a table that is known to be some
   * domain's. Changed in place. @default "ask"
   */
  leftover?: "ask" | "adopt" | "backUpAndDrop" | "drop";
  /**
   * Whether a configuration that the domain has already, and its table with it, is taken over when this claim is created. Means nothing
   * afterwards. @default false: it is an error, and both are left as they are
   */
  adopt?: boolean;
  /** Allows to drop these tables without a backup. It changes nothing by itself. @default no rows are ever lost without a copy */
  allowLoss?: LossAllowance[];
}

/** The arguments of an {@link AssetTable}. */
export type AssetTableArgs = ArgsOf<AssetTableInputs>;

/**
 * A domain's claim on the one place that an account and Region has for the exported table, `aws-sagemaker-catalog/asset_metadata/asset`.
 *
 * Creating the claim makes room: what lies there is adopted when it is this domain's, backed up, verified and dropped when it is known to
 * be another's, and left alone when nobody can tell. No table is dropped while a configuration holds it, nor without a verified backup
 * (but by `leftover: "drop"`). Its id is `account/region/domain`.
 *
 * @see https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
export class AssetTable extends CustomResource implements ConnectionOutputs {
  /** The type as policy packs see it. */
  static readonly __pulumiType = type;

  declare readonly account: Output<string>;
  declare readonly region: Output<string>;
  declare readonly role: Output<string | null>;
  declare readonly externalId: Output<string | null>;
  declare readonly domain: Output<string>;
  declare readonly encryption: Output<Encryption>;
  declare readonly backup: Output<string>;
  declare readonly backupOwner: Output<string | null>;
  declare readonly backupKey: Output<string | null>;
  declare readonly method: Output<"copy">;
  declare readonly history: Output<"all" | "current">;
  declare readonly onRemoval: Output<"keep" | "backUpAndDrop">;
  declare readonly leftover: Output<"ask" | "adopt" | "backUpAndDrop" | "drop">;
  declare readonly allowLoss: Output<LossAllowance[] | null>;
  /** ARN of the table bucket in which the place is. */
  declare readonly tableBucketArn: Output<string>;
  /** ARN of the table that lies there, when one did when last looked at. */
  declare readonly tableArn: Output<string | null>;
  /** The backup that was made of the table that had to give way. */
  declare readonly receipt: Output<Receipt | null>;

  constructor(name: string, args: AssetTableArgs, options?: CustomResourceOptions) {
    super(
      type,
      name,
      { ...outputs, ...withSecretExternalId(args), ...bookkeeping(type, name, stub.assetTable, options) },
      withDeleteFirst(name, options),
    );
  }

  /** Reads a claim that is not managed here. `id` is `account/region/domain`. */
  static get(
    name: string,
    id: Input<ID>,
    connection: Partial<AssetTableArgs> = {},
    options?: CustomResourceOptions,
  ): AssetTable {
    return new AssetTable(name, connection as AssetTableArgs, withId("AssetTable", name, id, options));
  }

  /** Whether `value` is an AssetTable, of any copy of this package. */
  static override isInstance(value: unknown): value is AssetTable {
    return isOfType(value, type);
  }
}

const outputs: OutputsOf<AssetTable> = {
  account: undefined,
  region: undefined,
  role: undefined,
  externalId: undefined,
  domain: undefined,
  encryption: undefined,
  backup: undefined,
  backupOwner: undefined,
  backupKey: undefined,
  method: undefined,
  history: undefined,
  onRemoval: undefined,
  leftover: undefined,
  allowLoss: undefined,
  tableBucketArn: undefined,
  tableArn: undefined,
  receipt: undefined,
};
