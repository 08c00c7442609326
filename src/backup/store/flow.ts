import { setTimeout as sleep } from "node:timers/promises";
import type { Pluggable } from "@smithy/types";
import { isConnectionError } from "../../unreachable.ts";
import { meaningOf } from "../../aws/errors.ts";

/** Requests of one store that are under way at once: at most, and at the beginning. */
const most = 12;
const first = 6;

/** Attempts of one request, the first included. */
const attempts = 10;

/**
 * Keeps as many requests of a store under way as the line and the service bear: one more after a round of good answers, half as many after
 * a time-out or a refusal for haste. Each answer that passes is waited for and asked for again.
 */
export class Flow {
  #limit = first;
  #running = 0;
  #slowedMs = -Infinity;
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal | undefined;

  /** `signal` ends the pauses between attempts. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** How many requests may be under way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /**
   * Makes a request until it has an answer that stays; `attempt` counts from 1. Before a further attempt `arrived` may tell what came of the
   * last one; it makes requests of its own, and so is not counted as one.
   */
  async request<T>(send: (attempt: number) => Promise<T>, arrived?: () => Promise<T | undefined>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const found = attempt > 1 ? await arrived?.() : undefined;
      if (found !== undefined) return found;
      try {
        return await this.#inTurn(() => send(attempt));
      } catch (error) {
        const reason = error instanceof TransientError ? error.reason : error;
        if (!isTransient(reason) || attempt === attempts) throw reason;
        await sleep(pauseMs(reason, attempt), undefined, { signal: this.#signal });
      }
    }
  }

  async #inTurn<T>(send: () => Promise<T>): Promise<T> {
    while (this.#running >= this.limit) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running += 1;
    const began = performance.now();
    try {
      const answer = await send();
      this.#limit = Math.min(most, this.#limit + 1 / this.#limit);
      return answer;
    } catch (error) {
      this.#slow(error instanceof TransientError ? error.reason : error, began);
      throw error;
    } finally {
      this.#running -= 1;
      for (const go of this.#waiting.splice(0)) go();
    }
  }

  /** What was under way when it became too much fails together, and counts once. */
  #slow(error: unknown, began: number): void {
    if (!isTransient(error) || began < this.#slowedMs) return;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#slowedMs = performance.now();
  }
}

/**
 * Keeps the SDK from asking again by itself: it would send a body twice that has arrived, and its retries are as many at once as before.
 */
export const singleAttempt: Pluggable<object, object> = {
  applyToStack(stack) {
    stack.add(
      (next) => async (request) => {
        try {
          return await next(request);
        } catch (error) {
          throw isTransient(error) ? new TransientError(error) : error;
        }
      },
      { step: "finalizeRequest", priority: "low", name: "asksOnce" },
    );
  },
};

/** An error that the SDK does not know, and so does not try again. */
class TransientError extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super("passing");
    this.reason = reason;
  }
}

function isTransient(error: unknown): boolean {
  const { kind } = meaningOf(error);
  if (kind === "cancelled") return false;
  return (
    kind === "throttled" ||
    kind === "retryable" ||
    (error instanceof Error && isConnectionError(error)) ||
    isCutOff(error)
  );
}

/** An answer that ends before its length. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && /premature|terminated/i.test(error.message);
}

function pauseMs(error: unknown, attempt: number): number {
  const isThrottled = meaningOf(error).kind === "throttled";
  const longest = isThrottled ? Math.min(20_000, 500 * 2 ** attempt) : Math.min(5_000, 100 * 2 ** attempt);
  return longest * (0.5 + Math.random() / 2);
}
