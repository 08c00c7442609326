import { setTimeout as sleep } from "node:timers/promises";

interface Wait {
  /** Seconds after which the wait is given up. */
  atMost: number;
  signal: AbortSignal;
}

/** Milliseconds before the second look; each later one waits half as long again, up to the longest. */
const first = 250;
const longest = 10_000;

/**
 * Looks again and again until something is found, and returns that.
 * @returns `undefined` when the time is over
 * @throws the look's own errors; AbortError when the engine ends the process
 */
export async function until<T>(look: () => Promise<T | undefined>, { atMost, signal }: Wait): Promise<T | undefined> {
  const end = Date.now() + atMost * 1000;
  for (let pause = first; ; pause = Math.min(longest, pause * 1.5)) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    const left = end - Date.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}

/**
 * Does something again while it fails in a way that may pass, for a bounded time.
 * @throws the last error
 */
export async function persist<T>(
  act: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  { atMost, signal }: Wait,
): Promise<T> {
  let last: unknown;
  const done = await until(
    () =>
      act().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (!mayPass(error)) throw error;
          last = error;
          return undefined;
        },
      ),
    { atMost, signal },
  );
  if (done) return done.value;
  throw last;
}
