import { setTimeout as sleep } from "node:timers/promises";

interface Wait {
  /** Seconds after which the wait is given up. */
  atMostSeconds: number;
  signal: AbortSignal;
}

/** Milliseconds before the second look; each later one waits half as long again, up to the longest. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * Polls until something is found, and returns that.
 * @returns `undefined` when the time is over
 * @throws the look's own errors; AbortError when the engine ends the process
 */
export async function pollUntilFound<T>(
  look: () => Promise<T | undefined>,
  { atMostSeconds: atMost, signal }: Wait,
): Promise<T | undefined> {
  const end = Date.now() + atMost * 1000;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    const left = end - Date.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}

/**
 * Retries something while it fails in a way that may pass, for a bounded time.
 * @throws the last error
 */
export async function retryWhile<T>(
  act: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  { atMostSeconds: atMost, signal }: Wait,
): Promise<T> {
  let last: unknown;
  const done = await pollUntilFound(
    () =>
      act().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (!mayPass(error)) throw error;
          last = error;
          return undefined;
        },
      ),
    { atMostSeconds: atMost, signal },
  );
  if (done) return done.value;
  throw last;
}
