import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const packageRoot = path.dirname(createRequire(import.meta.url).resolve("sluice/package.json"));
/** A bundle's place tells nothing of these modules', which are files of their own in it. */
const isBuilt = path.extname(import.meta.url) === ".js";
const folder = path.join(packageRoot, isBuilt ? "dist" : "", "src/engine/processes");

/**
 * Returns the arguments that load a module of this folder into a Node process before the SDK, which it runs. The SDK sets the named
 * flag of V8 while it loads. Code that was compiled under other flags is compiled again and its file in the compile cache replaced, by
 * the command line and by the SDK's processes in turn; with the flag from the beginning, these have a cache of their own.
 */
export function preload(module: "leak-notes" | "host-preload"): string[] {
  const file = path.join(folder, `${module}${isBuilt ? ".js" : ".ts"}`);
  return ["--allow-natives-syntax", `--import=${pathToFileURL(file).href}`];
}
