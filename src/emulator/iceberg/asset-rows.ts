import { partitionOf } from "../world/partition.ts";
import { dayMs } from "../world/clock.ts";
import { createHash } from "node:crypto";

/** One asset of one daily export. Timestamps are microseconds since the epoch, without a zone. */
export interface AssetRow {
  snapshot_time: bigint;
  asset_id: string;
  resource_type_enum: string;
  resource_id: string;
  account_id: string;
  region: string;
  catalog: string;
  namespace: string;
  asset_name: string;
  resource_name: string;
  resource_description: string | null;
  business_description: string | null;
  extended_metadata: Record<string, string | null> | null;
  asset_created_time: bigint;
  asset_updated_time: bigint;
}

/** What a day's rows are made from: the same seed gives the same rows for ever. */
export interface RowSeed {
  account: string;
  region: string;
  domain: string;
  /** Moment of the export, in milliseconds since the epoch. */
  at: number;
}

const types = ["GlueTable", "RedshiftTable", "S3Collection", "GlueView"] as const;

/** Returns the catalog as exported at `seed.at`: assets keep their identity from day to day, as a daily full export of one catalog does. */
export function assetRows(seed: RowSeed, count: number): AssetRow[] {
  return Array.from({ length: count }, (_, index) => assetRow(seed, index));
}

/** Returns one asset's row of a day; the same seed and index give the same row. */
export function assetRow({ account, region, domain, at }: RowSeed, index: number): AssetRow {
  const id = createHash("sha256").update(`${account}/${region}/${domain}/${index}`).digest("hex");
  const pick = parseInt(id.slice(0, 8), 16);
  const type = types[pick % types.length] ?? "GlueTable";
  const database = `db_${index % 7}`;
  const table = `${["orders", "customers", "événements", "在庫"][pick % 4]}_${index}`;
  const created = at - (1 + (pick % 700)) * dayMs - (pick % dayMs);
  // A tenth of the assets changes each day, and microseconds that are not whole milliseconds show a reader that truncates.
  const updated = (pick + Math.floor(at / dayMs)) % 10 === 0 ? at - (pick % dayMs) : created;
  return {
    snapshot_time: BigInt(at) * 1000n,
    asset_id: id.slice(0, 14),
    resource_type_enum: type,
    resource_id: `arn:${partitionOf(region)}:glue:${region}:${account}:table/${database}/${table}`,
    account_id: account,
    region,
    catalog: account,
    namespace: database,
    asset_name: table,
    resource_name: table,
    resource_description: index % 3 === 1 ? null : `Table ${table} of ${database}`,
    business_description:
      index % 4 === 2 ? null : index % 4 === 3 ? "" : `What the business calls "${table}", in one line`,
    extended_metadata: extendedMetadata(domain, id, index),
    asset_created_time: BigInt(created) * 1000n + BigInt(pick % 1000),
    asset_updated_time: BigInt(updated) * 1000n + BigInt(pick % 1000),
  };
}

function extendedMetadata(domain: string, id: string, index: number): AssetRow["extended_metadata"] {
  if (index % 9 === 8) return null;
  if (index % 9 === 7) return {};
  return {
    owningEntityId: `${domain}:${id.slice(14, 28)}`,
    "GlueTableForm.tableName": `table_${index}`,
    "QualityForm.steward": index % 5 === 4 ? null : "Zoë",
  };
}
