import type * as S3Tables from "@aws-sdk/client-s3tables";
import type { PolicyDocument } from "../../world/policy.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { parsePolicy } from "../s3/policy-text.ts";
import { findBucket } from "./find.ts";

/** Sets a table bucket's policy. */
export function PutTableBucketPolicy(input: S3Tables.PutTableBucketPolicyRequest, context: Context): void {
  findBucket(context, input.tableBucketARN).policy = parse(input.resourcePolicy ?? "");
}

/** Returns a table bucket's policy. */
export function GetTableBucketPolicy(
  input: S3Tables.GetTableBucketPolicyRequest,
  context: Context,
): S3Tables.GetTableBucketPolicyResponse {
  return print(findBucket(context, input.tableBucketARN).policy);
}

/** Removes a table bucket's policy. */
export function DeleteTableBucketPolicy(input: S3Tables.DeleteTableBucketPolicyRequest, context: Context): void {
  delete findBucket(context, input.tableBucketARN).policy;
}

function parse(text: string): PolicyDocument {
  const policy = parsePolicy(text);
  if (!("problem" in policy)) return policy;
  throw new ServiceError("BadRequestException", `The specified resource policy is not valid: ${policy.problem}`);
}

function print(policy: PolicyDocument | undefined): { resourcePolicy: string } {
  if (policy) return { resourcePolicy: JSON.stringify(policy) };
  throw new ServiceError("NotFoundException", "The specified resource policy does not exist.");
}
