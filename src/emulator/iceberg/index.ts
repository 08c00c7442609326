export { appendDay, compact, createAssetTable, deleteRows, expireRecords, expireSnapshots } from "./asset-table.ts";
export { assetRows } from "./asset-rows.ts";
export type { AssetRow, RowSeed } from "./asset-rows.ts";
export { assetColumns as ASSET_COLUMNS } from "./asset-columns.ts";
export type { Partitioning } from "./asset-columns.ts";
export type { Commit, NewFile, TableState } from "./table-state.ts";
