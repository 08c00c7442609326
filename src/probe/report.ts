import type { QuirkName } from "../emulator/index.ts";

/** What a probe can say of one undocumented behaviour: its value and what showed it, or why nobody can tell from here. */
export type QuirkAnswer = { value: string; evidence: string } | { untold: string };

/** What a probe found, to be committed: it names no account and nothing in it. */
export interface ProbeReport {
  version: 1;
  at: string;
  region: string;
  quirks: Record<QuirkName, QuirkAnswer>;
  /** What the probe could not take away again, with the reason. */
  left: string[];
}

/** Returns the answer of a behaviour that was seen. */
export function answered(value: string, evidence: string): QuirkAnswer {
  return { value, evidence };
}

/** Returns the answer where nothing that can be seen from outside decides. */
export function unanswered(reason: string): QuirkAnswer {
  return { untold: reason };
}

/** Returns the name of an error with its status, which tells no account: `ConflictException (409)`. */
export function nameOfError(error: Error | undefined): string {
  if (error === undefined) return "accepted";
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === undefined ? error.name : `${error.name} (${status})`;
}
