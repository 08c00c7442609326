/**
 * The `__provider` property of each resource: what the dynamic-provider host evaluates to find the code that serves it.
 * The texts are kept in every user's state, so they never change: an upgrade of the package then makes no difference,
 * and refresh and delete run the installed code. They are short, since each resource has its own twice. The package is looked up from the
 * program's own folder, then where pnpm and bun keep what a package of the program has brought.
 */
export const stub = {
  resourceDataSync: textOf("resourceDataSync"),
  dataExportConfiguration: textOf("dataExportConfiguration"),
  assetTable: textOf("assetTable"),
} as const;

function textOf(handler: string): string {
  return `exports.handler=()=>{const m=require("module"),c=process.cwd(),t=[c];for(let d=c,u;d!==u;d=require("path").dirname(u=d))t.push(d+"/node_modules/.pnpm/node_modules",d+"/node_modules/.bun/node_modules");for(const d of t){const r=m.createRequire(d+"/_");try{r.resolve("sluice/provider")}catch{continue}return r("sluice/provider").${handler}}throw Object.assign(Error("sluice cannot be found from "+c+": make it a dependency in package.json there"),{stack:""})}`;
}
