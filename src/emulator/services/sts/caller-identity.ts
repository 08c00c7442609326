import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import type { Context } from "../../world/handler.ts";

/** Returns who the caller is. */
export function GetCallerIdentity(
  _input: GetCallerIdentityRequest,
  { account, principal }: Context,
): GetCallerIdentityResponse {
  return { UserId: "AIDAEMULATOREXAMPLE01", Account: account, Arn: principal };
}
