import type { Handlers } from "../../world/handler.ts";
import * as encryption from "./encryption-operations.ts";
import * as maintenance from "./maintenance.ts";
import * as namespaces from "./namespaces.ts";
import * as policies from "./policies.ts";
import * as tableBuckets from "./table-buckets.ts";
import * as tables from "./tables.ts";

/** Amazon S3 Tables: table buckets, namespaces and tables; their objects are served by S3. */
export const handlers = {
  ...tableBuckets,
  ...namespaces,
  ...tables,
  ...encryption,
  ...policies,
  ...maintenance,
} satisfies Handlers;
