import { isThrottlingError } from "@smithy/core/retry";

/**
 * How long throttling by one service in one account, or its silence, is waited out before its calls are given up. A look ahead has better to
 * do than to wait for an account that answers nobody, or for a proxy that keeps what it is given.
 */
export class Patience {
  readonly #limitMs: number;
  readonly #now: () => number;
  #since?: number;
  #refusal?: Error;

  constructor(limitMs: number, now: () => number = Date.now) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  /** Makes one attempt of a call, and notes what came of it. */
  async attempt<T>(call: () => Promise<T>): Promise<T> {
    this.check();
    try {
      const answer = await call();
      this.answered();
      return answer;
    } catch (error) {
      const isSilence = (error as Error).name === "TimeoutError";
      if (!isSilence && !isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) throw error;
      this.throttled(error as Error);
      this.check();
      throw error;
    }
  }

  answered(): void {
    this.#since = undefined;
    this.#refusal = undefined;
  }

  throttled(refusal: Error): void {
    this.#since ??= this.#now();
    this.#refusal = refusal;
  }

  /**
   * Does nothing while it is worth trying once more.
   * @throws {StillThrottledError} when nothing but throttling was answered for as long as the limit
   * @throws {StillSilentError} when nothing was
   */
  check(): void {
    if (this.#since === undefined || this.#now() - this.#since < this.#limitMs) return;
    const refusal = this.#refusal!;
    throw refusal.name === "TimeoutError"
      ? new StillSilentError(refusal, this.#limitMs)
      : new StillThrottledError(refusal, this.#limitMs);
  }
}

/** Returns the patience with a service in an account; with AWS STS it is one, since that answers the caller, whatever account's role is asked for. */
export function patienceByService(limitMs: number): (service: string, account: string) => Patience {
  const known = new Map<string, Patience>();
  return (service, account) => {
    const key = service === "STSClient" ? service : `${account} ${service}`;
    const patience = known.get(key) ?? new Patience(limitMs);
    known.set(key, patience);
    return patience;
  };
}

/** Says that a service throttled every call for as long as somebody was ready to wait. Named so that the SDK does not try it again. */
export class StillThrottledError extends Error {
  override readonly name = "StillThrottledError";

  constructor(refusal: Error, limitMs: number) {
    super(`throttled at every attempt for ${limitMs / 1000} seconds (${refusal.name}: ${refusal.message})`);
  }
}

/** Says that nothing answered for as long as somebody was ready to wait. Its code is none that the SDK would try again. */
class StillSilentError extends Error {
  override readonly name = "StillSilentError";
  readonly code = "ESILENT";

  constructor(silence: Error, limitMs: number) {
    super(`no answer to any attempt for ${limitMs / 1000} seconds (${silence.message})`);
  }
}
