export { appendDay, compact, createAssetTable, deleteRows, expireRecords, expireSnapshots } from "./asset-table.ts";
export { assetRows } from "./asset-rows.ts";
export { assetColumns } from "./asset-columns.ts";
export type { Partitioning } from "./asset-columns.ts";
export type { Commit, NewFile, TableState } from "./table-state.ts";
