import { partitionOf } from "../../world/partition.ts";
import { allows } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { callerKeys, checkIdentityPolicy, notAuthorized, principalOf } from "../caller.ts";
import { keyOf } from "../kms/keys.ts";
import { accessDenied } from "./access.ts";
import type { StandardHeaders, StoredObject } from "./object-store.ts";

type Encryption = Pick<StandardHeaders, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled">;

/** Returns how a write wants its object encrypted, by S3's own keys unless it says otherwise, once that is possible. */
export function encryptionOf(
  { ServerSideEncryption = "AES256", SSEKMSKeyId, BucketKeyEnabled }: Encryption,
  context: Context,
): Encryption {
  if (!ServerSideEncryption.startsWith("aws:kms")) {
    if (SSEKMSKeyId === undefined) return { ServerSideEncryption };
    throw new ServiceError(
      "InvalidArgument",
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      { members: { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: ServerSideEncryption } },
    );
  }
  const { account, region } = context;
  const prefix = `arn:${partitionOf(region)}:kms:${region}:${account}:key/`;
  if (SSEKMSKeyId === undefined) return { ServerSideEncryption, SSEKMSKeyId: prefix + managedKey, BucketKeyEnabled };
  const arn = SSEKMSKeyId.startsWith("arn:") ? SSEKMSKeyId : prefix + SSEKMSKeyId;
  checkKeyUse(context, arn, "kms:GenerateDataKey");
  return { ServerSideEncryption, SSEKMSKeyId: arn, BucketKeyEnabled };
}

/** Refuses to read an object whose key cannot be used. */
export function checkDecryption(context: Context, { headers }: StoredObject): void {
  if (headers.SSEKMSKeyId !== undefined) checkKeyUse(context, headers.SSEKMSKeyId, "kms:Decrypt");
}

/** Returns the members with which answers tell an encryption. */
export function encryptionMembers({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: Encryption): Encryption {
  return { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
}

/** Stands for `aws/s3`, the key that AWS manages for an account. */
const managedKey = "00000000-0000-4000-8000-0000000000a3";

/** S3 passes on what KMS says of a key, with KMS's name before it. */
function checkKeyUse(context: Context, arn: string, action: string): void {
  if (arn.endsWith(`/${managedKey}`)) return;
  const { world, region, account } = context;
  const key = arn.split(":")[3] === region ? keyOf(world, arn) : undefined;
  if (key === undefined) throw new ServiceError("KMS.NotFoundException", `Key '${arn}' does not exist`);
  const wanted = { action, resource: arn, code: "AccessDenied" };
  checkIdentityPolicy(context, wanted);
  const access = { ...wanted, principal: principalOf(context), context: callerKeys(context) };
  const isSameAccount = arn.split(":")[4] === account;
  if (!isSameAccount && key.policy !== undefined && !allows(key.policy, access)) {
    const reason = `because no resource-based policy allows the ${action} action`;
    throw accessDenied(notAuthorized(context, wanted, reason));
  }
  if (key.state === "Disabled") throw new ServiceError("KMS.DisabledException", `${arn} is disabled.`);
  if (key.state === "PendingDeletion") {
    throw new ServiceError("KMS.KMSInvalidStateException", `${arn} is pending deletion.`);
  }
}
