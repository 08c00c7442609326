export type { Declaration } from "./declare.ts";
export { expand } from "./expand.ts";
export type { Expansion } from "./expand.ts";
export type { Caller, CallerLook, Looks, OrganizationAccount, OrganizationLook } from "./look.ts";
