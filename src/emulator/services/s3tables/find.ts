import { allows, denies } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { World } from "../../world/world.ts";
import { callerKeys, checkIdentityPolicy, notAuthorized, principalOf } from "../caller.ts";
import type { RequestedAccess } from "../caller.ts";
import type { Namespace, Table, TableBucket } from "./table-model.ts";
import { tableBucketsOf } from "./table-store.ts";

/** Returns the table bucket of an ARN, once the caller is known to be allowed the operation on it. */
export function findBucket(context: Context, arn = ""): TableBucket {
  return authorized(context, arn, () => undefined).bucket;
}

/** Returns a bucket's namespace. Throws where it has none of that name. */
export function findNamespace(bucket: TableBucket, name: string | undefined): Namespace {
  const namespace = bucket.namespaces.get(name ?? "");
  if (namespace) return namespace;
  throw new ServiceError("NotFoundException", "The specified namespace does not exist.");
}

/** Returns the table that a request names by bucket, namespace and name. */
export function findTable(
  context: Context,
  input: { tableBucketARN?: string | undefined; namespace?: string | undefined; name?: string | undefined },
): { bucket: TableBucket; table: Table } {
  const name = `${input.namespace}.${input.name}`;
  return withTable(authorized(context, input.tableBucketARN ?? "", ({ tables }) => tables.get(name)));
}

/** Returns the table of an ARN, whose last part is the table's id and not its name. */
export function findTableByArn(context: Context, arn = ""): { bucket: TableBucket; table: Table } {
  const [bucket = ""] = arn.split("/table/");
  return withTable(
    authorized(context, bucket, ({ tables }) => [...tables.values()].find((candidate) => candidate.arn === arn)),
  );
}

/** Refuses a write to what AWS's own services fill, which is read-only for everybody else. */
export function refuseManaged(bucket: TableBucket): void {
  if (!bucket.managed) return;
  throw new ServiceError(
    "ForbiddenException",
    `The caller isn't authorized to make the request: table bucket ${bucket.name} is managed by AWS and read-only.`,
  );
}

/** Refuses to remove the emptied bucket of an AWS service, where the quirk says so: whether that is possible is undocumented. */
export function refuseManagedDelete(world: World, bucket: TableBucket): void {
  if (world.quirk("s3tables-managed-delete") === "refuse") refuseManaged(bucket);
}

/** Who may not ask learns nothing, not even that there is no such bucket. */
function authorized(
  context: Context,
  arn: string,
  choose: (bucket: TableBucket) => Table | undefined,
): { bucket: TableBucket; table: Table | undefined } {
  const bucket = lookUp(context, arn);
  const table = bucket && choose(bucket);
  const wanted = { action: `s3tables:${context.operation}`, resource: table?.arn ?? arn };
  checkIdentityPolicy(context, wanted);
  if (bucket === undefined) throw new ServiceError("NotFoundException", "The specified bucket does not exist.");
  checkBucketPolicy(context, wanted, bucket);
  return { bucket, table };
}

function lookUp({ world, region }: Context, arn: string): TableBucket | undefined {
  const [, , , arnRegion = "", account = "", resource = ""] = arn.split(":");
  return arnRegion === region ? tableBucketsOf(world, account, arnRegion).get(resource.split("/")[1] ?? "") : undefined;
}

function checkBucketPolicy(context: Context, wanted: RequestedAccess, { policy, owner }: TableBucket): void {
  const access = { ...wanted, context: callerKeys(context), principal: principalOf(context) };
  const denied = denies(policy, access);
  if (!denied && (owner === context.account || allows(policy, access))) return;
  const reason = denied
    ? "with an explicit deny in a resource-based policy"
    : `because no resource-based policy allows the ${wanted.action} action`;
  throw new ServiceError("ForbiddenException", notAuthorized(context, wanted, reason));
}

function withTable({ bucket, table }: { bucket: TableBucket; table: Table | undefined }): {
  bucket: TableBucket;
  table: Table;
} {
  if (table) return { bucket, table };
  throw new ServiceError("NotFoundException", "The specified table does not exist.");
}
