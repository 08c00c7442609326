/** A place that cannot have the copy and stays as it is: where, what is wrong with it, and where the copy goes instead. */
export interface SkippedLocation {
  location: string;
  /** In sentences. */
  reason: string;
  next: string;
}

/** Describes a skipped place in words, for people. */
export function describeSkippedLocation({ location, reason, next }: SkippedLocation): string {
  return `What lies at ${location} is no backup to rely on, and stays as it is: ${reason} The backup goes to ${next}.`;
}
