/** What lies in a copy's place and stays there: where, what is wrong with it, and where the copy goes instead. */
export interface LeftAside {
  location: string;
  /** In sentences. */
  reason: string;
  next: string;
}

/** Returns a left copy in words, for people. */
export function describeLeftAside({ location, reason, next }: LeftAside): string {
  return `What lies at ${location} is no backup to rely on, and stays as it is: ${reason} The backup goes to ${next}.`;
}
