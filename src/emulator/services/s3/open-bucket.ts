import { allows, denies } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { callerKeys, checkIdentityPolicy, principalOf } from "../caller.ts";
import { warehouseOf } from "../s3tables/table-store.ts";
import type { Warehouse } from "../s3tables/table-model.ts";
import { accessDenied, authorize, checkOwner } from "./access.ts";
import { checkParentSegments } from "./object-key.ts";
import { contentsOf } from "./object-store.ts";
import type { OpenBucket } from "./object-store.ts";
import { checkHeaders } from "./request-headers.ts";
import { expireObjects } from "./versions.ts";

/**
 * The object operations that S3 Tables serves on a table's warehouse, with the permission that each takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/developing-s3-tables-APIs.html
 */
const tablePermissions: Record<string, "GetTableData" | "PutTableData"> = {
  GetObject: "GetTableData",
  HeadObject: "GetTableData",
  ListParts: "GetTableData",
  PutObject: "PutTableData",
  CreateMultipartUpload: "PutTableData",
  UploadPart: "PutTableData",
  CompleteMultipartUpload: "PutTableData",
  AbortMultipartUpload: "PutTableData",
};

/** Returns the contents that a request is about, once its caller is known to be allowed this there. */
export function openBucket(
  context: Context,
  name: string | undefined,
  key?: string,
  operation: string = context.operation,
): OpenBucket {
  if (!name) throw new ServiceError("InvalidBucketName", "The specified bucket is not valid.");
  checkHeaders(context.request);
  if (key !== undefined) checkParentSegments(key);
  const warehouse = warehouseOf(context.world, name);
  if (warehouse) {
    authorizeTableData(context, warehouse, operation);
    return { ...contentsOf(context.world, name), bucket: undefined };
  }
  const bucket = authorize(context, name, key, operation);
  const contents = contentsOf(context.world, name);
  expireObjects(context.world, bucket, contents);
  return { ...contents, bucket };
}

function authorizeTableData(context: Context, { owner, table, bucket }: Warehouse, operation: string): void {
  checkOwner(context, owner, operation);
  const permission = tablePermissions[operation];
  if (!permission) throw refused(context);
  const wanted = { action: `s3tables:${permission}`, resource: table.arn, code: "AccessDenied" };
  checkIdentityPolicy(context, wanted);
  if (permission === "PutTableData" && table.readOnly) throw accessDenied();
  const access = { ...wanted, context: callerKeys(context), principal: principalOf(context) };
  if (denies(bucket.policy, access)) throw accessDenied();
  if (owner !== context.account && !allows(bucket.policy, access)) throw accessDenied();
}

function refused({ world }: Context): ServiceError {
  return world.quirk("s3tables-object-refusal") === "AccessDenied"
    ? accessDenied()
    : new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        status: 405,
      });
}
