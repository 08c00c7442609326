import type * as S3Tables from "@aws-sdk/client-s3tables";
import type { PolicyDocument } from "../../world/policy.ts";
import type { Encryption } from "../../world/world.ts";

/** A table bucket with everything in it. */
export interface TableBucket {
  arn: string;
  name: string;
  id: string;
  owner: string;
  region: string;
  createdAt: Date;
  /** Made and filled by an AWS service; its tables are read-only for everybody else. */
  managed: boolean;
  encryption: Encryption;
  policy?: PolicyDocument;
  namespaces: Map<string, Namespace>;
  /** By `<namespace>.<name>`. */
  tables: Map<string, Table>;
}

/** A namespace of a table bucket. */
export interface Namespace {
  name: string;
  id: string;
  createdAt: Date;
  createdBy: string;
}

/** A table; its objects lie in a warehouse that S3 serves. */
export interface Table {
  id: string;
  arn: string;
  namespace: string;
  name: string;
  versionToken: string;
  /** `s3://<warehouse>`: the bucket-like name under which the table's objects lie. */
  warehouseLocation: string;
  metadataLocation?: string;
  createdAt: Date;
  createdBy: string;
  modifiedAt: Date;
  modifiedBy: string;
  readOnly: boolean;
  encryption: Encryption;
  maintenance: Record<S3Tables.TableMaintenanceType, S3Tables.TableMaintenanceConfigurationValue>;
  recordExpiration: S3Tables.TableRecordExpirationConfigurationValue;
  recordExpirationJob: S3Tables.GetTableRecordExpirationJobStatusResponse;
}

/** A table's objects: whose they are and what may be done with them. */
export interface Warehouse {
  owner: string;
  bucket: TableBucket;
  table: Table;
}
