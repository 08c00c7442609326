import type { Slice, World } from "../../world/world.ts";

/** A role that belongs to an AWS service. */
export interface LinkedRole {
  service: string;
  name: string;
  description: string | undefined;
  createdAt: Date;
  id: string;
}

const slice: Slice<LinkedRole[]> = {
  name: "serviceLinkedRoles",
  initial: (world, account) => {
    const seeded = world.seed.accounts[account]?.serviceLinkedRoles ?? [];
    return seeded.map((service) => linkedRole(world, service));
  },
};

/** Returns an account's service-linked roles; a service may have several, told apart by a suffix. */
export function linkedRoles(world: World, account: string): LinkedRole[] {
  return world.regional(slice, account, "global");
}

/** Returns whether an account has a role of the service. */
export function hasServiceLinkedRole(world: World, account: string, service: string): boolean {
  return linkedRoles(world, account).some((role) => role.service === service);
}

/** Returns a new role of a service, named as AWS names it. */
export function linkedRole(
  world: World,
  service: string,
  { description, suffix }: { description?: string | undefined; suffix?: string | undefined } = {},
): LinkedRole {
  const name = roleNames.get(service) ?? `AWSServiceRoleFor${service.split(".")[0]}`;
  return {
    service,
    name: suffix === undefined ? name : `${name}_${suffix}`,
    description,
    createdAt: world.clock.now(),
    id: `AROA${world.ids.text(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles-service-action-2.html */
const roleNames = new Map([
  ["accountdiscovery.ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM_AccountDiscovery"],
  ["ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM"],
]);
