/** What is known of who made things: for an identity, the stack that has it recorded. */
export interface KnownStacks {
  /** By `account/region/name`, of the stack that this runs for. */
  thisStack: ReadonlySet<string>;
  /** The same of other stacks of the project, with their names. */
  others: ReadonlyMap<string, string>;
  /** What the spec declares. */
  declared: ReadonlySet<string>;
}

/** Syncs that AWS services make for themselves. */
const services: readonly [RegExp, string][] = [
  [/^InspectorResourceDataSync-do-not-delete$/, "Inspector"],
  [/^AWS-QuickSetup-.*Explorer/i, "Explorer"],
  [/^(AWS-)?QuickSetup/i, "Quick Setup"],
];

/** Returns whose a sync is: what a state has recorded goes before what a name suggests. */
export function originOfSync(identity: string, syncName: string, { thisStack, others, declared }: KnownStacks): string {
  if (thisStack.has(identity)) return "this stack";
  const stack = others.get(identity);
  if (stack !== undefined) return `stack ${stack}`;
  const service = services.find(([pattern]) => pattern.test(syncName))?.[1];
  return service ?? (declared.has(identity) ? "declared" : "unknown");
}
