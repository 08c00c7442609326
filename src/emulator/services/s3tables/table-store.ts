import { partitionOf } from "../../world/partition.ts";
import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Slice, World } from "../../world/world.ts";
import type { Table, TableBucket, Warehouse } from "./table-model.ts";

const tableBuckets: Slice<Map<string, TableBucket>> = { name: "s3tables", initial: () => new Map() };

/** Returns an account's table buckets in a Region, by name. */
export function tableBucketsOf(world: World, account: string, region: string): Map<string, TableBucket> {
  return world.regional(tableBuckets, account, region);
}

/** Returns the table whose objects lie under the bucket-like name, if there is one. */
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
  settings: Pick<Table, "namespace" | "name" | "encryption" | "createdBy" | "readOnly">,
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
  settings: Pick<TableBucket, "name" | "encryption" | "managed">,
): TableBucket {
  const bucket: TableBucket = {
    ...settings,
    arn: `arn:${partitionOf(at.region)}:s3tables:${at.region}:${at.account}:bucket/${settings.name}`,
    id: world.ids.uuid(),
    owner: at.account,
    region: at.region,
    createdAt: world.clock.now(),
    namespaces: new Map(),
    tables: new Map(),
  };
  tableBucketsOf(world, at.account, at.region).set(bucket.name, bucket);
  return bucket;
}

/** Returns `aws` or `customer`, for buckets and tables alike: how AWS classes the export's is undocumented. */
export function typeOf(world: World, { managed }: TableBucket): S3Tables.TableBucketType {
  return managed && world.quirk("s3tables-export-bucket-type") === "aws" ? "aws" : "customer";
}

/** Marks a table as changed, with a new version token, which makes all earlier ones stale. */
export function markChanged(world: World, table: Table, by: string): void {
  table.versionToken = newVersionToken(world);
  table.modifiedAt = world.clock.now();
  table.modifiedBy = by;
}

/** Refuses a version token that another write has made stale. */
export function checkVersion(actual: string, stated: string | undefined): void {
  if (stated === undefined || stated === actual) return;
  throw new ServiceError(
    "ConflictException",
    "The request failed because there is a conflict with a previous write: the provided version token does not match.",
  );
}

/** Returns a version token that no table had before. */
function newVersionToken(world: World): string {
  return world.ids.text(20);
}
