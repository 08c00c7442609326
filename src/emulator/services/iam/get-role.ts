import { partitionOf } from "../../world/partition.ts";
import type { GetRoleRequest, GetRoleResponse } from "@aws-sdk/client-iam";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { roleAnswer, trustPolicyText } from "./create-service-linked-role.ts";
import { linkedRoles } from "./roles.ts";

/** Seeded roles were there before the emulator: their times stand still. */
const createdAtStart = new Date("2025-01-01T00:00:00Z");

/** Returns a service-linked role or one of the seed. */
export function GetRole({ RoleName = "" }: GetRoleRequest, { world, account, region }: Context): GetRoleResponse {
  const linked = linkedRoles(world, account).find(({ name }) => name === RoleName);
  if (linked) return { Role: roleAnswer(linked, account, region) };
  const seeded = new Map(Object.entries(world.seed.accounts[account]?.roles ?? {})).get(RoleName);
  if (seeded === undefined) {
    throw new ServiceError("NoSuchEntityException", `The role with name ${RoleName} cannot be found.`);
  }
  const condition = seeded.externalId && { StringEquals: { "sts:ExternalId": seeded.externalId } };
  return {
    Role: {
      Path: "/",
      RoleName,
      RoleId: `AROAEMULATED${RoleName.toUpperCase().replace(/\W/g, "")}`,
      Arn: `arn:${partitionOf(region)}:iam::${account}:role/${RoleName}`,
      CreateDate: createdAtStart,
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: trustPolicyText({ AWS: seeded.trust ?? "*" }, condition || undefined),
    },
  };
}
