import { allows } from "../../policy.ts";
import { ServiceError } from "../../service.ts";
import type { Context } from "../../service.ts";
import { warehouseOf } from "../s3tables/table-store.ts";
import type { Warehouse } from "../s3tables/table-model.ts";
import { accessDenied, authorize } from "./access.ts";
import { contentsOf } from "./object-store.ts";
import type { Contents } from "./object-store.ts";
import { checkHeaders } from "./request-headers.ts";

/**
 * The object operations that S3 Tables serves on a table's warehouse, with the permission that each takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/developing-s3-tables-APIs.html
 */
const TABLE_OPERATIONS: Record<string, "GetTableData" | "PutTableData"> = {
  GetObject: "GetTableData",
  HeadObject: "GetTableData",
  ListParts: "GetTableData",
  PutObject: "PutTableData",
  CreateMultipartUpload: "PutTableData",
  UploadPart: "PutTableData",
  CompleteMultipartUpload: "PutTableData",
  AbortMultipartUpload: "PutTableData",
};

/** The contents that a request is about, once its caller is known to be allowed this there. */
export function place(
  context: Context,
  name: string | undefined,
  key?: string,
  operation: string = context.operation,
): Contents {
  if (!name) throw new ServiceError("InvalidBucketName", "The specified bucket is not valid.");
  checkHeaders(context.request);
  const warehouse = warehouseOf(context.world, name);
  if (warehouse) authorizeTableData(context, warehouse, operation);
  else authorize(context, name, key, operation);
  return contentsOf(context.world, name);
}

function authorizeTableData(context: Context, { owner, table, bucket }: Warehouse, operation: string): void {
  const permission = TABLE_OPERATIONS[operation];
  if (!permission) throw refused(context);
  if (permission === "PutTableData" && table.readOnly) throw accessDenied();
  if (owner === context.account) return;
  const access = { action: `s3tables:${permission}`, resource: table.arn, context: {} };
  const allowed = [context.account, context.principal].some((name) =>
    [table.policy, bucket.policy].some((policy) => allows(policy, { ...access, principal: ["AWS", name] })),
  );
  if (!allowed) throw accessDenied();
}

function refused({ world }: Context): ServiceError {
  return world.quirk("s3tables-object-refusal") === "AccessDenied"
    ? accessDenied()
    : new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        status: 405,
      });
}
