import { partitionOf } from "../../world/partition.ts";
import type { Slice, World } from "../../world/world.ts";

/** Temporary credentials as their holder's requests show them. */
export interface Session {
  account: string;
  /** `arn:${partitionOf(region)}:sts::111122223333:assumed-role/Sluice/session` */
  arn: string;
}

/** The sessions that AssumeRole has given out, by access key id. */
export const sessions: Slice<Map<string, Session>> = { name: "sessions", initial: () => new Map() };

/** Returns whose session an access key is. Keys that a reset forgot still tell their account. */
export function sessionOf(world: World, accessKeyId: string, region: string): Session | undefined {
  const known = world.global(sessions).get(accessKeyId);
  if (known) return known;
  const account = /^ASIA(\d{12})/.exec(accessKeyId)?.[1];
  return account === undefined
    ? undefined
    : { account, arn: `arn:${partitionOf(region)}:sts::${account}:assumed-role/unknown/unknown` };
}

/** Returns an access key id that carries its account. */
export function sessionKey(world: World, account: string): string {
  return `ASIA${account}${world.ids.text(4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`;
}
