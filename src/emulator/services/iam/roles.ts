import type { Slice, World } from "../../service.ts";

export interface LinkedRole {
  service: string;
  name: string;
  description: string | undefined;
  createdAt: Date;
  id: string;
}

const slice: Slice<Map<string, LinkedRole>> = {
  name: "serviceLinkedRoles",
  initial: (world, account) => {
    const seeded = world.seed.accounts[account]?.serviceLinkedRoles ?? [];
    return new Map(seeded.map((service) => [service, linkedRole(world, service, undefined)]));
  },
};

/** An account's service-linked roles by service. */
export function linkedRoles(world: World, account: string): Map<string, LinkedRole> {
  return world.regional(slice, account, "global");
}

export function hasServiceLinkedRole(world: World, account: string, service: string): boolean {
  return linkedRoles(world, account).has(service);
}

export function linkedRole(world: World, service: string, description: string | undefined): LinkedRole {
  const name = NAMES[service] ?? `AWSServiceRoleFor${service.split(".")[0]}`;
  return {
    service,
    name,
    description,
    createdAt: world.clock.now(),
    id: `AROA${world.ids.text(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles-service-action-2.html */
const NAMES: Record<string, string> = {
  "accountdiscovery.ssm.amazonaws.com": "AWSServiceRoleForAmazonSSM_AccountDiscovery",
  "ssm.amazonaws.com": "AWSServiceRoleForAmazonSSM",
};
