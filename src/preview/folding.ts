/** Something that is told of one account and Region. */
interface Told {
  severity: string;
  message: string;
  code?: string;
  cure?: string;
  /** The resource's name, which begins with account and Region. */
  name?: string;
  account?: string;
  region?: string;
  source?: { file: string; line: number };
  /** Of what is folded already. */
  targets?: string[];
}

/** What is told of several accounts and Regions: the first one's words, and all of them, as `account/region`. */
export type Folded<T extends Told> = T & { targets?: string[] };

/** Returns what is told once each: what differs in nothing but account and Region is one, with its targets. */
export function folded<T extends Told>(told: readonly T[]): Folded<T>[] {
  return [...Map.groupBy(told, likeness).values()].map((members) => {
    const targets = [...new Set(members.flatMap(toldTargets))];
    return targets.length > 1 ? { ...members[0]!, targets } : members[0]!;
  });
}

/** Returns the accounts and Regions that something is told of. */
export function toldTargets(told: Told): string[] {
  return told.targets ?? [targetOf(told) ?? []].flat();
}

function likeness(told: Told): string {
  const { severity, code, message, cure = "", source, name = "" } = told;
  const target = targetOf(told);
  // What is of no account and Region is told under its own name.
  const own = target === undefined ? name : name.split("/").slice(2).join("/");
  const parts = (target ?? "").split("/").filter(Boolean);
  const bare = (text: string) => parts.reduce((rest, part) => rest.replaceAll(part, ""), text);
  return JSON.stringify([severity, code, own, bare(message), bare(cure), source]);
}

function targetOf({ name = "", account, region }: Told): string | undefined {
  if (account !== undefined && region !== undefined) return `${account}/${region}`;
  return /^\d{12}\/[^/]+/.exec(name)?.[0];
}
