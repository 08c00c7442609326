import type { Handlers } from "../../service.ts";
import * as encryption from "./encryption.ts";
import * as maintenance from "./maintenance.ts";
import * as metrics from "./metrics.ts";
import * as policies from "./policies.ts";
import * as replication from "./replication.ts";
import * as tableBuckets from "./table-buckets.ts";
import * as tables from "./tables.ts";
import * as tags from "./tags.ts";

const { checkEncryption: _check, ...encryptionOperations } = encryption;
const { typeOf: _type, checkTableName: _name, ...bucketOperations } = tableBuckets;

/** Amazon S3 Tables: table buckets, namespaces and tables; their objects are served by S3. */
export const handlers = {
  ...bucketOperations,
  ...tables,
  ...encryptionOperations,
  ...policies,
  ...maintenance,
  ...metrics,
  ...tags,
  ...replication,
} satisfies Handlers;
