import { extname } from "node:path";

/** Returns the argument that loads a module of this folder into a Node process before what it runs. */
export function preload(module: "leak-notes" | "host-preload"): string {
  return `--import=${new URL(`./${module}${extname(import.meta.url)}`, import.meta.url).href}`;
}
