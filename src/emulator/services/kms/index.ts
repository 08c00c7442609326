import { partitionOf } from "../../world/partition.ts";
import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
} from "@aws-sdk/client-kms";
import { ServiceError } from "../../world/handler.ts";
import type { Context, Handlers } from "../../world/handler.ts";
import { keyOf } from "./keys.ts";
import type { Key } from "./keys.ts";

/** The seeded keys, read-only. */
export const handlers = { DescribeKey, GetKeyPolicy } satisfies Handlers;

function DescribeKey({ KeyId = "" }: DescribeKeyRequest, context: Context): DescribeKeyResponse {
  const { arn, state, deletionDate } = found(KeyId, context);
  const [, , , , account, resource = ""] = arn.split(":");
  return {
    KeyMetadata: {
      KeyId: resource.slice("key/".length),
      Arn: arn,
      AWSAccountId: account,
      CreationDate: createdAtStart,
      Enabled: state === "Enabled",
      KeyState: state,
      DeletionDate: deletionDate,
      Description: "",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyManager: "CUSTOMER",
      KeySpec: "SYMMETRIC_DEFAULT",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      Origin: "AWS_KMS",
      MultiRegion: false,
    },
  };
}

function GetKeyPolicy(
  { KeyId = "", PolicyName = "default" }: GetKeyPolicyRequest,
  context: Context,
): GetKeyPolicyResponse {
  const { arn, policy } = found(KeyId, context);
  if (PolicyName !== "default") throw new ServiceError("NotFoundException", `No such policy exists: ${PolicyName}`);
  return { Policy: JSON.stringify(policy ?? openPolicy(arn)), PolicyName };
}

/** Seeded keys were there before the emulator: their times stand still. */
const createdAtStart = new Date("2025-01-01T00:00:00Z");

/** Returns a key of the caller's Region, by ARN or, in the caller's own account, by id. */
function found(id: string, { world, account, region }: Context): Key {
  const arn = id.startsWith("arn:") ? id : `arn:${partitionOf(region)}:kms:${region}:${account}:key/${id}`;
  if (!/^arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:key\/[^/]+$/.test(arn)) {
    throw new ServiceError("NotFoundException", `Invalid keyId '${id}'`);
  }
  const key = arn.split(":")[3] === region ? keyOf(world, arn) : undefined;
  if (key) return key;
  throw new ServiceError("NotFoundException", `Key '${arn}' does not exist`);
}

/** Returns what stands for the policy of a key that was seeded without one: it lets every service use it. */
function openPolicy(arn: string): object {
  const [, partition, , , account] = arn.split(":");
  const root = `arn:${partition}:iam::${account}:root`;
  const principal = { AWS: root, Service: "*" };
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "kms:*", Resource: "*" }],
  };
}
