/**
 * The `__provider` property of each resource: what the dynamic-provider host evaluates to find the code that serves it.
 * The texts are kept in every user's state, so they never change: an upgrade of the package then makes no difference,
 * and refresh and delete run the installed code. The module is looked up from the program's own folder.
 */
export const stub = {
  resourceDataSync: `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("sluice/provider").resourceDataSync`,
  dataExportConfiguration: `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("sluice/provider").dataExportConfiguration`,
  assetTable: `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("sluice/provider").assetTable`,
} as const;
