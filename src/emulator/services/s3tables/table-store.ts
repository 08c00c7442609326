import type * as S3Tables from "@aws-sdk/client-s3tables";
import type { PolicyDocument } from "../../policy.ts";
import { ServiceError } from "../../service.ts";
import type { Encryption, Slice, World } from "../../service.ts";

export interface TableBucket {
  arn: string;
  name: string;
  id: string;
  owner: string;
  region: string;
  createdAt: Date;
  /** Made and filled by an AWS service; its tables are read-only for everybody else. */
  managed: boolean;
  encryption: Encryption;
  storageClass: S3Tables.StorageClass;
  policy?: PolicyDocument;
  tags: Map<string, string>;
  namespaces: Map<string, Namespace>;
  /** By `<namespace>.<name>`. */
  tables: Map<string, Table>;
  unreferencedFileRemoval: S3Tables.TableBucketMaintenanceConfigurationValue;
  metricsId?: string;
  replication?: Replication<S3Tables.TableBucketReplicationConfiguration>;
}

export interface Namespace {
  name: string;
  id: string;
  createdAt: Date;
  createdBy: string;
}

export interface Table {
  id: string;
  arn: string;
  namespace: string;
  name: string;
  versionToken: string;
  /** `s3://<warehouse>`: the bucket-like name under which the table's objects lie. */
  warehouseLocation: string;
  metadataLocation?: string;
  createdAt: Date;
  createdBy: string;
  modifiedAt: Date;
  modifiedBy: string;
  readOnly: boolean;
  encryption: Encryption;
  storageClass: S3Tables.StorageClass;
  policy?: PolicyDocument;
  tags: Map<string, string>;
  maintenance: Record<S3Tables.TableMaintenanceType, S3Tables.TableMaintenanceConfigurationValue>;
  recordExpiration: S3Tables.TableRecordExpirationConfigurationValue;
  recordExpirationJob: S3Tables.GetTableRecordExpirationJobStatusResponse;
  replication?: Replication<S3Tables.TableReplicationConfiguration>;
}

export interface Replication<Configuration> {
  versionToken: string;
  configuration: Configuration;
}

/** A table's objects: whose they are and what may be done with them. */
export interface Warehouse {
  owner: string;
  bucket: TableBucket;
  table: Table;
}

const tableBuckets: Slice<Map<string, TableBucket>> = { name: "s3tables", initial: () => new Map() };

/** An account's table buckets in a Region, by name. */
export function tableBucketsOf(world: World, account: string, region: string): Map<string, TableBucket> {
  return world.regional(tableBuckets, account, region);
}

/** The table whose objects lie under the bucket-like name, if there is one. */
export function warehouseOf(world: World, name: string): Warehouse | undefined {
  if (!name.endsWith("--table-s3")) return undefined;
  for (const { state } of world.holders(tableBuckets)) {
    for (const bucket of state.values()) {
      for (const table of bucket.tables.values()) {
        if (table.warehouseLocation === `s3://${name}`) return { owner: bucket.owner, bucket, table };
      }
    }
  }
  return undefined;
}

/** Puts an empty table into a namespace. */
export function addTable(
  world: World,
  bucket: TableBucket,
  settings: Pick<Table, "namespace" | "name" | "encryption" | "storageClass" | "createdBy" | "readOnly">,
): Table {
  const id = world.ids.uuid();
  const now = world.clock.now();
  const warehouse = `${id.slice(0, 18)}-${world.ids.text(34)}--table-s3`;
  const table: Table = {
    ...settings,
    id,
    arn: `${bucket.arn}/table/${id}`,
    versionToken: newVersionToken(world),
    warehouseLocation: `s3://${warehouse}`,
    createdAt: now,
    modifiedAt: now,
    modifiedBy: settings.createdBy,
    tags: new Map(),
    maintenance: {
      icebergCompaction: {
        status: "enabled",
        settings: { icebergCompaction: { targetFileSizeMB: 512, strategy: "auto" } },
      },
      icebergSnapshotManagement: {
        status: "enabled",
        settings: { icebergSnapshotManagement: { minSnapshotsToKeep: 1, maxSnapshotAgeHours: 120 } },
      },
    },
    recordExpiration: { status: "disabled" },
    recordExpirationJob: { status: "Disabled" },
  };
  bucket.tables.set(`${table.namespace}.${table.name}`, table);
  return table;
}

/** Puts an empty table bucket into an account and Region. */
export function addTableBucket(
  world: World,
  at: { account: string; region: string },
  settings: Pick<TableBucket, "name" | "encryption" | "storageClass" | "managed">,
): TableBucket {
  const bucket: TableBucket = {
    ...settings,
    arn: `arn:aws:s3tables:${at.region}:${at.account}:bucket/${settings.name}`,
    id: world.ids.uuid(),
    owner: at.account,
    region: at.region,
    createdAt: world.clock.now(),
    tags: new Map(),
    namespaces: new Map(),
    tables: new Map(),
    unreferencedFileRemoval: {
      status: "enabled",
      settings: { icebergUnreferencedFileRemoval: { unreferencedDays: 3, nonCurrentDays: 10 } },
    },
  };
  tableBucketsOf(world, at.account, at.region).set(bucket.name, bucket);
  return bucket;
}

/** A table's metadata moved: it has a new version token, which makes all earlier ones stale. */
export function touch(world: World, table: Table, by: string): void {
  table.versionToken = newVersionToken(world);
  table.modifiedAt = world.clock.now();
  table.modifiedBy = by;
}

export function checkVersion(actual: string, stated: string | undefined): void {
  if (stated === undefined || stated === actual) return;
  throw new ServiceError(
    "ConflictException",
    "The request failed because there is a conflict with a previous write: the provided version token does not match.",
  );
}

export function newVersionToken(world: World): string {
  return world.ids.text(20);
}
