import type { Storage, World } from "../../service.ts";
import { tableBucketsOf } from "./table-store.ts";
import type { Table } from "./table-model.ts";

/** https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html names the three. */
export const BUCKET = "aws-sagemaker-catalog";
export const NAMESPACE = "asset_metadata";
export const TABLE = "asset";

/** The catalog export's own table. Its writer is loaded when there is something to write: the emulator starts without it. */
export const storage: Storage = {
  exportTable(world, at) {
    const table = findExportTable(world, at);
    return table && { tableArn: table.arn, encryption: table.encryption };
  },

  async ensureExportTable(world, at) {
    const { ensureExportTable } = await import("./export-table.ts");
    return ensureExportTable(world, at);
  },

  async appendSnapshot(world, at) {
    const { appendSnapshot } = await import("./export-table.ts");
    return appendSnapshot(world, at);
  },
};

export function findExportTable(
  world: World,
  { account, region }: { account: string; region: string },
): Table | undefined {
  return tableBucketsOf(world, account, region).get(BUCKET)?.tables.get(`${NAMESPACE}.${TABLE}`);
}
