import type { World } from "../../world/world.ts";
import type { Table } from "./table-model.ts";
import { tableBucketsOf } from "./table-store.ts";

/**
 * The table bucket that exports fill.
 * https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html names all three.
 */
export const exportBucket = "aws-sagemaker-catalog";

/** The namespace of the exported table. */
export const exportNamespace = "asset_metadata";

/** The exported table's name. */
export const exportTable = "asset";

/** Returns the catalog export's table in an account and Region, if there is one. */
export function findExportTable(
  world: World,
  { account, region }: { account: string; region: string },
): Table | undefined {
  return tableBucketsOf(world, account, region).get(exportBucket)?.tables.get(`${exportNamespace}.${exportTable}`);
}
