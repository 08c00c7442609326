import { partitionOf } from "../../world/partition.ts";
import type { Seed, UnitSeed } from "../../world/seed.ts";
import type { World } from "../../world/world.ts";

/** The seed's organization. */
export type Organization = NonNullable<Seed["organization"]>;

/** A unit with its place in the tree; `parent` is the root's id for the topmost ones. */
export interface Unit {
  id: string;
  name: string;
  parent: string;
  accounts: string[];
}

/** Returns the organization that the account belongs to, if any. */
export function organizationOf(world: World, account: string): Organization | undefined {
  const { organization } = world.seed;
  return organization && membersOf(world).includes(account) ? organization : undefined;
}

/** Returns how the ARNs of the organization's parts begin. */
export function arnPrefix({ management }: Organization, region: string): string {
  return `arn:${partitionOf(region)}:organizations::${management}`;
}

/** Returns the root's id, which AWS derives from nothing visible. */
export function rootOf(organization: Organization): string {
  return `r-${/^ou-([0-9a-z]{4,32})-/.exec(Object.keys(organization.units)[0] ?? "")?.[1] ?? "ab12"}`;
}

/** Returns every unit of the organization's tree. */
export function unitsOf(world: World): Unit[] {
  const { organization } = world.seed;
  return organization ? flatten(organization.units, rootOf(organization)) : [];
}

/** Returns whether the organization has a unit of that id. */
export function hasUnit(world: World, id: string): boolean {
  return unitsOf(world).some((unit) => unit.id === id);
}

/**
 * Returns the ids of the member accounts: the management account and all that a unit holds; every seeded account that no unit holds is under
 * the root.
 */
export function membersOf(world: World): string[] {
  const { organization, accounts } = world.seed;
  if (organization === undefined) return [];
  const inUnits = unitsOf(world).flatMap((unit) => unit.accounts);
  const seeded = Object.keys(accounts).filter((id) => !accounts[id]?.standalone);
  return [...new Set([organization.management, ...inUnits, ...seeded])].toSorted();
}

/** Returns the id of the unit or root that an account or unit is under; `undefined` where it is in no organization. */
export function parentOf(world: World, organization: Organization, child: string): string | undefined {
  const units = unitsOf(world);
  const unit = units.find(({ id }) => id === child);
  if (unit) return unit.parent;
  const holder = units.find(({ accounts }) => accounts.includes(child));
  if (holder) return holder.id;
  return membersOf(world).includes(child) ? rootOf(organization) : undefined;
}

function flatten(units: Record<string, UnitSeed>, parent: string): Unit[] {
  return Object.entries(units).flatMap(([id, { name, accounts, units: children }]) => [
    { id, name, parent, accounts },
    ...flatten(children, id),
  ]);
}
