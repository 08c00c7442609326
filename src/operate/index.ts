export { discover } from "./discover.ts";
export type { DiscoverRequest } from "./discover.ts";
export type { WantedSync } from "./consolidation.ts";
export type { Discovery } from "./discovery.ts";
export { discoveryLines } from "./discovery-text.ts";
export { discoveryPage } from "./discovery-page.ts";
export type { KnownStacks } from "./origins.ts";
