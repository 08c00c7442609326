import { allows, type PolicyDocument } from "../../policy.ts";
import type { World } from "../../service.ts";

export interface Key {
  arn: string;
  enabled: boolean;
  policy: PolicyDocument | undefined;
}

/** A seeded key; in an open world each key exists, is enabled and has no policy that forbids. */
export function keyOf(world: World, arn: string): Key | undefined {
  const seeded = world.seed.keys[arn];
  if (seeded) return { arn, enabled: seeded.enabled, policy: seeded.policy };
  return world.open ? { arn, enabled: true, policy: undefined } : undefined;
}

/** Whether a service principal may use the key: it exists, is enabled, and its policy, where it has one, allows it. */
export function serviceMayUse(
  world: World,
  arn: string,
  service: string,
  action: string,
  context: Record<string, string>,
): boolean {
  const key = keyOf(world, arn);
  if (!key?.enabled) return false;
  return (
    key.policy === undefined || allows(key.policy, { principal: ["Service", service], action, resource: arn, context })
  );
}
