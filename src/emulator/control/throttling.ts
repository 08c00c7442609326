import type { Call } from "./calls.ts";
import { ServiceError } from "../world/handler.ts";
import type { Slice, World } from "../world/world.ts";

const burstCalls = 10;
const callsPerSecond = 5;

const buckets: Slice<Map<string, { tokens: number; at: number }>> = { name: "throttling", initial: () => new Map() };

/** Refuses what exceeds the request rate, where the quirk sets one: a token bucket for each account, Region and operation. */
export function checkRequestRate(world: World, { service, operation, account, region }: Call): void {
  if (world.quirk("throttling") !== "tight" || (service !== "ssm" && service !== "datazone")) return;
  const all = world.regional(buckets, account, region);
  const now = Date.now();
  const key = `${service}.${operation}`;
  const last = all.get(key) ?? { tokens: burstCalls, at: now };
  const tokens = Math.min(burstCalls, last.tokens + ((now - last.at) / 1000) * callsPerSecond);
  all.set(key, { tokens: Math.max(0, tokens - 1), at: now });
  if (tokens < 1) throw new ServiceError("ThrottlingException", "Rate exceeded");
}
