import { CustomResource } from "@pulumi/pulumi";
import type { CustomResourceOptions, ID, Input, Output } from "@pulumi/pulumi";
import { stub } from "../../providers/stub.ts";
import { bookkeeping, withSecretExternalId, withDeleteFirst, withId, isOfType } from "./bookkeeping.ts";
import type { OutputsOf } from "./bookkeeping.ts";
import type { ArgsOf, ConnectionInputs, ConnectionOutputs } from "./connection.ts";
import { pulumiTypeOf } from "./kinds.ts";

const type = pulumiTypeOf("ResourceDataSync");

/** Where the Inventory of a `SyncToDestination` sync goes. Changing anything in it replaces the sync: AWS has no update. */
export interface S3Destination {
  /** Name of the bucket, 1 to 2,048 characters. It may belong to another account; its policy must let SSM write. */
  bucketName: string;
  /** Region of the bucket. */
  region: string;
  /** Key prefix, 1 to 256 characters, without a slash at its end. @default the bucket's root */
  prefix?: string;
  /** Format of the files. @default "JsonSerDe", the only one that AWS has */
  syncFormat?: "JsonSerDe";
  /** ARN of the KMS key that encrypts the files, in the bucket's Region. @default the bucket's own encryption */
  awsKmsKeyArn?: string;
  /**
   * Delivery shared by a whole organization; an account and Region can have one such sync. AWS never tells this setting,
   * so it cannot be found to have drifted: it is kept as it was created.
   * @default not shared
   */
  destinationDataSharing?: { destinationDataSharingType: "Organization" };
}

/** Where the OpsData of a `SyncFromSource` sync comes from. */
export interface SyncSource {
  /** One account in several Regions, or accounts of an AWS organization. Upper and lower case are the same. Changing it replaces the sync. */
  sourceType: "SingleAccountMultiRegions" | "AwsOrganizations";
  /** The Regions to collect from, at least one; their order does not matter. Changed in place. */
  sourceRegions: string[];
  /** Whether Regions that AWS opens later join by themselves. Changed in place. @default false */
  includeFutureRegions?: boolean;
  /** Whether every OpsData source is switched on in all accounts, which AWS bills. Changed in place. @default false */
  enableAllOpsDataSources?: boolean;
  /** Which part of the organization; needed with `AwsOrganizations`. */
  awsOrganizationsSource?: {
    /** The whole organization or some of its units. Changing it replaces the sync. */
    organizationSourceType: "EntireOrganization" | "OrganizationalUnits";
    /** Ids of the units, 1 to 1,000; their order does not matter. Needed with `OrganizationalUnits`. Changed in place. */
    organizationalUnits?: string[];
  };
}

/** The settings of a {@link ResourceDataSync} as plain values. */
export interface ResourceDataSyncInputs extends ConnectionInputs {
  /** Name of the sync, 1 to 64 characters, unique in its account and Region. Changing it replaces the sync. */
  syncName: string;
  /** `SyncToDestination` brings Inventory to S3, `SyncFromSource` brings OpsData to Explorer. Changing it replaces the sync. @default "SyncToDestination" */
  syncType?: "SyncToDestination" | "SyncFromSource";
  /** Needed with `SyncToDestination`. */
  s3Destination?: S3Destination;
  /** Needed with `SyncFromSource`. */
  syncSource?: SyncSource;
  /**
   * Whether a sync of this name that exists already is taken over when this one is created: what AWS can change in place is brought in line, any
   * other difference is an error. Means nothing afterwards. @default false: it is an error, and the sync is left as it is
   */
  adopt?: boolean;
}

/** The arguments of a {@link ResourceDataSync}. */
export type ResourceDataSyncArgs = ArgsOf<ResourceDataSyncInputs>;

/**
 * An AWS Systems Manager resource data sync in one account and Region.
 *
 * Its id is `account/region/syncType/syncName`. Creating one that exists already is an error, and nothing is
 * changed, unless an interrupted run has made it or `adopt` is set. Syncs of AWS itself are never touched.
 *
 * @example
 * new ResourceDataSync("111122223333/us-east-1/inventory", {
 *   account: "111122223333", region: "us-east-1", syncName: "inventory",
 *   s3Destination: { bucketName: "acme-inventory", region: "us-east-1" },
 * });
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html
 */
export class ResourceDataSync extends CustomResource implements ConnectionOutputs {
  /** The type as policy packs see it. */
  static readonly __pulumiType = type;

  declare readonly account: Output<string>;
  declare readonly region: Output<string>;
  declare readonly role: Output<string | null>;
  declare readonly externalId: Output<string | null>;
  declare readonly syncName: Output<string>;
  declare readonly syncType: Output<"SyncToDestination" | "SyncFromSource">;
  declare readonly s3Destination: Output<S3Destination | null>;
  declare readonly syncSource: Output<SyncSource | null>;
  /** ARN of the sync, for IAM and bucket policies. */
  declare readonly arn: Output<string>;
  /** `Successful`, `InProgress` or `Failed` when last looked at; AWS gives none to a `SyncFromSource`. Some syncs work and stay `InProgress`. */
  declare readonly status: Output<string | null>;
  /** When AWS created it, ISO 8601. */
  declare readonly createdAt: Output<string | null>;

  constructor(name: string, args: ResourceDataSyncArgs, options?: CustomResourceOptions) {
    super(
      type,
      name,
      { ...outputs, ...withSecretExternalId(args), ...bookkeeping(type, name, stub.resourceDataSync, options) },
      withDeleteFirst(name, options),
    );
  }

  /** Reads a sync that is not managed here. `id` is `account/region/syncType/syncName`. */
  static get(
    name: string,
    id: Input<ID>,
    connection: Partial<ResourceDataSyncArgs> = {},
    options?: CustomResourceOptions,
  ): ResourceDataSync {
    return new ResourceDataSync(
      name,
      connection as ResourceDataSyncArgs,
      withId("ResourceDataSync", name, id, options),
    );
  }

  /** Whether `value` is a ResourceDataSync, of any copy of this package. */
  static override isInstance(value: unknown): value is ResourceDataSync {
    return isOfType(value, type);
  }
}

const outputs: OutputsOf<ResourceDataSync> = {
  account: undefined,
  region: undefined,
  role: undefined,
  externalId: undefined,
  syncName: undefined,
  syncType: undefined,
  s3Destination: undefined,
  syncSource: undefined,
  arn: undefined,
  status: undefined,
  createdAt: undefined,
};
