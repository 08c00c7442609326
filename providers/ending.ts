/** The end of the process, as work under way learns of it. */
export const ending = new AbortController();

/** How long work may take to end once it is told to, in milliseconds. The engine kills the process five seconds after its signal. */
const graceMs = 3_000;

const running = new Set<Promise<unknown>>();

/** Returns the work after noting that the process must not end before it does. */
export function inFlight<T>(work: Promise<T>): Promise<T> {
  running.add(work);
  const done = () => running.delete(work);
  work.then(done, done);
  return work;
}

/** Ends the process: waits and calls under way are ended, so that what exists is still answered, and it does not outlive its grace. */
export function end(): void {
  ending.abort();
  const exit = () => process.exit(0);
  setTimeout(exit, graceMs);
  // The answers leave the process after the promises have settled.
  void Promise.allSettled(running).then(() => setTimeout(exit, 50));
}

/** Ends the process on SIGINT, which the engine sends at the end of every run, and when it is told twice to stop. */
export function endOnSignal(): void {
  process.once("SIGINT", end);
}
