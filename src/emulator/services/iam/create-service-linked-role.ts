import { partitionOf } from "../../world/partition.ts";
import type { CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse, Role } from "@aws-sdk/client-iam";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { linkedRole, linkedRoles } from "./roles.ts";
import type { LinkedRole } from "./roles.ts";

/** Creates the role of an AWS service, once for each suffix. */
export function CreateServiceLinkedRole(
  { AWSServiceName = "", Description, CustomSuffix }: CreateServiceLinkedRoleRequest,
  { world, account, region }: Context,
): CreateServiceLinkedRoleResponse {
  const roles = linkedRoles(world, account);
  const role = linkedRole(world, AWSServiceName, { description: Description, suffix: CustomSuffix });
  if (roles.some(({ name }) => name === role.name)) {
    throw new ServiceError(
      "InvalidInputException",
      `Service role name ${role.name} has been taken in this account, please try a different suffix.`,
    );
  }
  roles.push(role);
  return { Role: roleAnswer(role, account, region) };
}

/** Returns a service-linked role as IAM answers it. */
export function roleAnswer(
  { service, name, description, createdAt, id }: LinkedRole,
  account: string,
  region: string,
): Role {
  const path = `/aws-service-role/${service}/`;
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: `arn:${partitionOf(region)}:iam::${account}:role${path}${name}`,
    CreateDate: createdAt,
    Description: description,
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: trustPolicyText({ Service: service }),
  };
}

/** Returns a trust policy as IAM answers it: percent-encoded. */
export function trustPolicyText(principal: Record<string, string | string[]>, condition?: object): string {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: principal, Condition: condition };
  return encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
}
