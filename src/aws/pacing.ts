import { setTimeout as sleep } from "node:timers/promises";
import { isThrottlingError } from "@smithy/core/retry";
import type { Pluggable } from "@smithy/types";
import type { CallOptions } from "./call-options.ts";

const longestPauseMs = 8_000;
const firstPauseMs = 100;

/**
 * Keeps the calls of one operation in one account and Region apart from each other by a pause that doubles whenever AWS throttles
 * and shrinks while it does not. Starts without a pause.
 */
export class Pace {
  pause = 0;
  #next = 0;

  /** Waits for this call's turn. */
  async waitForTurn(signal?: AbortSignal): Promise<void> {
    const now = Date.now();
    const start = Math.max(now, this.#next);
    this.#next = start + this.pause;
    if (start > now) await sleep(start - now, undefined, { signal });
  }

  answered(): void {
    this.pause = this.pause < firstPauseMs / 4 ? 0 : this.pause * 0.8;
  }

  throttled(): void {
    this.pause = Math.min(longestPauseMs, Math.max(firstPauseMs, this.pause * 2));
    this.#next = Math.max(this.#next, Date.now() + this.pause);
  }
}

const paces = new Map<string, Pace>();

/** The pace of one operation in one target: a throttled account never slows another. */
function paceOf(target: string, operation: string): Pace {
  const key = `${target} ${operation}`;
  let pace = paces.get(key);
  if (!pace) paces.set(key, (pace = new Pace()));
  return pace;
}

/** Forgets how fast each target was asked last. */
export function forgetPaces(): void {
  paces.clear();
}

/**
 * Makes a client wait for its turn in the target that it is called for, at every attempt, inside the SDK's own retries, as long as its
 * caller has patience with the service.
 */
export function paceCalls(target: () => string, options: () => CallOptions): Pluggable<object, object> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, context) => async (request) => {
          const pace = paceOf(target(), `${context.clientName}.${context.commandName}`);
          const patience = options().patienceWith?.(`${context.clientName}`);
          const attempt = async () => {
            await pace.waitForTurn();
            try {
              const answer = await next(request);
              pace.answered();
              return answer;
            } catch (error) {
              if (isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) pace.throttled();
              throw error;
            }
          };
          return patience ? patience.attempt(attempt) : attempt();
        },
        { step: "finalizeRequest", priority: "low", name: "paceCalls", override: true },
      );
    },
  };
}
