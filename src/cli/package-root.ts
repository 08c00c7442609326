import { createRequire } from "node:module";
import path from "node:path";

/** The folder of this package, where its package.json is: the place of a bundled module tells nothing. */
export const packageRoot = path.dirname(createRequire(import.meta.url).resolve("sluice/package.json"));
