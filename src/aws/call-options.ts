import type { Pluggable } from "@smithy/types";
import type { Patience } from "./patience.ts";

/** What applies to every call that is made for one piece of work. */
export interface CallOptions {
  /** Ends every call that is under way, and the pauses between its attempts. */
  signal?: AbortSignal;
  /** Asked before each attempt of a call that changes something in AWS; what it throws keeps that attempt from being made. */
  beforeChange?: () => Promise<void>;
  /** Told of each attempt of a call. */
  onCall?: () => void;
  /** How long throttling by a service is waited out; without it a call has its attempts, however long they take. */
  patienceWith?: (service: string) => Patience;
}

/** Commands that change nothing; the caller is asked before all others, also those that are not known here. */
const reads = /^(Get|List|Head|Describe|Simulate|AssumeRole)/;

/** Makes a client ask its caller before each attempt of a call that changes something, inside the SDK's own retries. */
export function checkBeforeChanges(options: () => CallOptions): Pluggable<object, object> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, { commandName = "" }) =>
          async (request) => {
            if (!reads.test(commandName)) await options().beforeChange?.();
            options().onCall?.();
            return next(request);
          },
        // Added behind the pace, which may have waited.
        { step: "finalizeRequest", priority: "low", name: "checkBeforeChanges", override: true },
      );
    },
  };
}

/** Returns the result of the work, or rejects as soon as the signal comes, whatever becomes of the work. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let end: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener("abort", end!);
  }
}
