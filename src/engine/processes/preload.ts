import { extname } from "node:path";

/**
 * Returns the arguments that load a module of this folder into a Node process before the SDK, which it runs. The SDK sets the named
 * flag of V8 while it loads. Code that was compiled under other flags is compiled again and its file in the compile cache replaced, by
 * the command line and by the SDK's processes in turn; with the flag from the beginning, these have a cache of their own.
 */
export function preload(module: "leak-notes" | "host-preload"): string[] {
  return [
    "--allow-natives-syntax",
    `--import=${new URL(`./${module}${extname(import.meta.url)}`, import.meta.url).href}`,
  ];
}
