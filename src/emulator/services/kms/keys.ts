import { dayMs } from "../../world/clock.ts";
import { allows } from "../../world/policy.ts";
import type { PolicyDocument } from "../../world/policy.ts";
import type { World } from "../../world/world.ts";

/** A key as KMS tells it. */
export interface Key {
  arn: string;
  state: "Enabled" | "Disabled" | "PendingDeletion";
  /** When a key that is pending deletion is gone. */
  deletionDate: Date | undefined;
  policy: PolicyDocument | undefined;
}

/** Returns a seeded key; in an open world each key exists, is enabled and has no policy that forbids. */
export function keyOf(world: World, arn: string): Key | undefined {
  const seeded = world.seed.keys[arn] ?? (world.open ? { enabled: true } : undefined);
  if (seeded === undefined) return undefined;
  const { enabled, deletionInDays, policy } = seeded as (typeof world.seed.keys)[string];
  const deletionDate =
    deletionInDays === undefined ? undefined : new Date(world.seededAt.getTime() + deletionInDays * dayMs);
  if (deletionDate && deletionDate <= world.clock.now()) return undefined;
  const state = deletionDate ? "PendingDeletion" : enabled ? "Enabled" : "Disabled";
  return { arn, state, deletionDate, policy };
}

/** Returns whether a service principal may use the key: it exists, is enabled, and its policy, where it has one, allows it. */
export function serviceMayUse(
  world: World,
  arn: string,
  service: string,
  action: string,
  context: Record<string, string>,
): boolean {
  const key = keyOf(world, arn);
  if (key?.state !== "Enabled") return false;
  return (
    key.policy === undefined || allows(key.policy, { principal: ["Service", service], action, resource: arn, context })
  );
}
