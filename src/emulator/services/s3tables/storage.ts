import type { Storage } from "../../world/world.ts";
import { partitionOf } from "../../world/partition.ts";
import { exportBucket, findExportTable } from "./find-export.ts";
import { tableBucketsOf } from "./table-store.ts";

/** The catalog export's own table, as DataZone makes and fills it. */
export const storage: Storage = {
  exportBucket(world, { account, region }) {
    return {
      bucketArn: `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/${exportBucket}`,
      exists: tableBucketsOf(world, account, region).has(exportBucket),
    };
  },

  exportTable(world, at) {
    const table = findExportTable(world, at);
    return table && { tableArn: table.arn, encryption: table.encryption };
  },

  async ensureExportTable(world, at) {
    return (await writer()).ensureExportTable(world, at);
  },

  async appendSnapshot(world, at) {
    return (await writer()).appendSnapshot(world, at);
  },
};

/** The writers of Parquet and Avro take a third of the start's time, and many emulators export nothing. */
function writer(): Promise<typeof import("./export-table.ts")> {
  return import("./export-table.ts");
}
