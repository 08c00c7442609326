import { allows, denies } from "../../policy.ts";
import { ServiceError } from "../../service.ts";
import type { Context, World } from "../../service.ts";
import { callerKeys, checkIdentityPolicy, notAuthorized, principalOf } from "../caller.ts";
import type { Namespace, Table, TableBucket } from "./table-model.ts";
import { tableBucketsOf } from "./table-store.ts";

/** The table bucket of an ARN, once the caller is known to be allowed the operation on it. */
export function findBucket(context: Context, arn: string | undefined): TableBucket {
  const bucket = lookUp(context, arn ?? "");
  authorize(context, bucket, undefined);
  return bucket;
}

export function findNamespace(bucket: TableBucket, name: string | undefined): Namespace {
  const namespace = bucket.namespaces.get(name ?? "");
  if (namespace) return namespace;
  throw new ServiceError("NotFoundException", "The specified namespace does not exist.");
}

/** The table that a request names by bucket, namespace and name. */
export function findTable(
  context: Context,
  input: { tableBucketARN?: string | undefined; namespace?: string | undefined; name?: string | undefined },
): { bucket: TableBucket; table: Table } {
  const bucket = lookUp(context, input.tableBucketARN ?? "");
  const table = bucket.tables.get(`${input.namespace}.${input.name}`);
  authorize(context, bucket, table);
  if (table) return { bucket, table };
  throw noSuchTable();
}

/** The table of an ARN, whose last part is the table's id and not its name. */
export function findTableByArn(context: Context, arn: string | undefined): { bucket: TableBucket; table: Table } {
  const bucket = lookUp(context, arn?.split("/table/")[0] ?? "");
  const table = [...bucket.tables.values()].find((candidate) => candidate.arn === arn);
  authorize(context, bucket, table);
  if (table) return { bucket, table };
  throw noSuchTable();
}

/** What AWS's own services fill is read-only for everybody else. */
export function refuseManaged(bucket: TableBucket): void {
  if (!bucket.managed) return;
  throw new ServiceError(
    "ForbiddenException",
    `The caller isn't authorized to make the request: table bucket ${bucket.name} is managed by AWS and read-only.`,
  );
}

/** Whether the emptied bucket of an AWS service can be removed is undocumented. */
export function refuseManagedDelete(world: World, bucket: TableBucket): void {
  if (world.quirk("s3tables-managed-delete") === "refuse") refuseManaged(bucket);
}

function lookUp({ world, region }: Context, arn: string): TableBucket {
  const [, , , arnRegion = "", account = "", resource = ""] = arn.split(":");
  const bucket = tableBucketsOf(world, account, arnRegion).get(resource.split("/")[1] ?? "");
  if (bucket && arnRegion === region) return bucket;
  throw new ServiceError("NotFoundException", "The specified bucket does not exist.");
}

function authorize(context: Context, bucket: TableBucket, table: Table | undefined): void {
  const wanted = { action: `s3tables:${context.operation}`, resource: table?.arn ?? bucket.arn };
  checkIdentityPolicy(context, wanted);
  const access = { ...wanted, context: callerKeys(context), principal: principalOf(context) };
  const policies = [bucket.policy, table?.policy];
  const denied = policies.some((policy) => denies(policy, access));
  if (!denied && (bucket.owner === context.account || policies.some((policy) => allows(policy, access)))) return;
  const reason = denied
    ? "with an explicit deny in a resource-based policy"
    : `because no resource-based policy allows the ${wanted.action} action`;
  throw new ServiceError("ForbiddenException", notAuthorized(context, wanted, reason));
}

function noSuchTable(): ServiceError {
  return new ServiceError("NotFoundException", "The specified table does not exist.");
}
