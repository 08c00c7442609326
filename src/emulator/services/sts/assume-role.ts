import type { AssumeRoleRequest, AssumeRoleResponse } from "@aws-sdk/client-sts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { sessionKey, sessions } from "./sessions.ts";

const roleArn = /^arn:(aws[-a-z]*):iam::(\d{12}):role\/(?:.+\/)?([\w+=,.@-]+)$/;

/** Returns credentials of the role's account. Where the seed lists an account's roles, only those can be assumed. */
export function AssumeRole(input: AssumeRoleRequest, context: Context): AssumeRoleResponse {
  const { RoleArn = "", RoleSessionName = "", ExternalId, DurationSeconds = 3600 } = input;
  const { world } = context;
  const [, partition, account, role] = roleArn.exec(RoleArn) ?? [];
  if (account === undefined || role === undefined) throw new ServiceError("ValidationError", `${RoleArn} is invalid`);
  checkTrust(account, role, RoleArn, ExternalId, context);
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role}/${RoleSessionName}`;
  const key = sessionKey(world, account);
  world.global(sessions).set(key, { account, arn });
  return {
    Credentials: {
      AccessKeyId: key,
      SecretAccessKey: world.ids.text(40),
      SessionToken: world.ids.text(120),
      // SDKs hold the expiration against the machine's clock, not the emulator's.
      Expiration: new Date(Date.now() + DurationSeconds * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: `AROAEMULATOREXAMPLE01:${RoleSessionName}`, Arn: arn },
  };
}

function checkTrust(
  account: string,
  role: string,
  arn: string,
  externalId: string | undefined,
  context: Context,
): void {
  const roles = context.world.seed.accounts[account]?.roles;
  if (roles === undefined) return;
  const trust = new Map(Object.entries(roles)).get(role);
  const trusted = trust && (trust.trust === undefined || trust.trust.includes(context.account));
  if (trusted && (trust.externalId === undefined || trust.externalId === externalId)) return;
  throw new ServiceError(
    "AccessDenied",
    `User: ${context.principal} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  );
}
