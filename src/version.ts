import { createRequire } from "node:module";

/** The version of this package, as package.json says. */
export const version: string = createRequire(import.meta.url)("sluice/package.json").version;
