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
  const groups = [...Map.groupBy(messages, outlineOf).values()].flatMap(groupAlike);
  return groups.toSorted(byFirst(messages)).map((members) => {
    const targets = [...new Set(members.flatMap(targetsOfMessage))];
    return targets.length > 1 ? { ...members[0]!, targets } : members[0]!;
  });
}

/** Returns the accounts and Regions that a message is about, as `account/region`. */
export function targetsOfMessage(message: TargetMessage): string[] {
  return message.targets ?? [targetOf(message) ?? []].flat();
}

/** Puts messages together that say the same, each of its own target. */
function groupAlike<T extends TargetMessage>(messages: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const message of messages) {
    const group = groups.find(([first]) => isAlike(first!, message));
    if (group) group.push(message);
    else groups.push([message]);
  }
  return groups;
}

/** Groups stand where their first message did. */
function byFirst<T>(messages: readonly T[]): (a: readonly T[], b: readonly T[]) => number {
  const places = new Map(messages.map((message, index) => [message, index]));
  return ([a], [b]) => places.get(a!)! - places.get(b!)!;
}

/** An account's id or a Region's name. */
const place = /(\d{12}|[a-z]+(?:-[a-z]+)+-\d)/;

/** What messages have in common that may be alike. */
function outlineOf(message: TargetMessage): string {
  const { severity, code, source, name = "" } = message;
  // What is of no account and Region is told under its own name.
  const nameInTarget = targetOf(message) === undefined ? name : name.split("/").slice(2).join("/");
  return JSON.stringify([severity, code, nameInTarget, wordsOf(message).filter((_, index) => index % 2 === 0), source]);
}

/** Tells whether two messages of one outline name the same accounts and Regions, or each its own. */
function isAlike(one: TargetMessage, other: TargetMessage): boolean {
  const [parts, others] = [one, other].map((message) => targetOf(message)?.split("/") ?? []) as [string[], string[]];
  const words = wordsOf(other);
  return wordsOf(one).every((word, index) => {
    const counterpart = words[index]!;
    return word === counterpart || parts.some((part, at) => part === word && others[at] === counterpart);
  });
}

/** The words of a message, with the accounts and Regions that it names at the odd places. */
const wordsOf = ({ message, cure = "" }: TargetMessage): string[] => `${message}\n${cure}`.split(place);

function targetOf({ name = "", account, region }: TargetMessage): string | undefined {
  if (account !== undefined && region !== undefined) return `${account}/${region}`;
  return /^\d{12}\/[^/]+/.exec(name)?.[0];
}
