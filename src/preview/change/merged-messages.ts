/** A finding or diagnostic about one account and Region. */
interface TargetMessage {
  severity: string;
  message: string;
  code?: string;
  cure?: string;
  /** The resource's name, which begins with account and Region. */
  name?: string;
  account?: string;
  region?: string;
  source?: { file: string; line: number };
  /** Of what is merged already. */
  targets?: string[];
}

/** One message for several accounts and Regions: the first one's words, and all of them, as `account/region`. */
export type MergedMessage<T extends TargetMessage> = T & { targets?: string[] };

/** Merges messages that differ in nothing but account and Region into one, which lists its targets. */
export function mergeMessages<T extends TargetMessage>(messages: readonly T[]): MergedMessage<T>[] {
  return [...Map.groupBy(messages, mergeKey).values()].map((members) => {
    const targets = [...new Set(members.flatMap(targetsOfMessage))];
    return targets.length > 1 ? { ...members[0]!, targets } : members[0]!;
  });
}

/** Returns the accounts and Regions that a message is about, as `account/region`. */
export function targetsOfMessage(message: TargetMessage): string[] {
  return message.targets ?? [targetOf(message) ?? []].flat();
}

function mergeKey(told: TargetMessage): string {
  const { severity, code, message, cure = "", source, name = "" } = told;
  const target = targetOf(told);
  // What is of no account and Region is told under its own name.
  const own = target === undefined ? name : name.split("/").slice(2).join("/");
  const parts = (target ?? "").split("/").filter(Boolean);
  const bare = (text: string) => parts.reduce((rest, part) => rest.replaceAll(part, ""), text);
  return JSON.stringify([severity, code, own, bare(message), bare(cure), source]);
}

function targetOf({ name = "", account, region }: TargetMessage): string | undefined {
  if (account !== undefined && region !== undefined) return `${account}/${region}`;
  return /^\d{12}\/[^/]+/.exec(name)?.[0];
}
