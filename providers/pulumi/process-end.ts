import { setTimeout as sleep } from "node:timers/promises";

/** Aborted when the process ends: work under way learns of it by the signal. */
export const endController = new AbortController();

/** How long work may take to end once it is told to, in milliseconds. The engine kills the process five seconds after its signal. */
const graceMs = 3_000;

/** The work that a host must not end before. */
export class WorkUnderWay {
  readonly #running = new Set<Promise<unknown>>();

  /** Returns the work after noting it. */
  readonly track = <T>(work: Promise<T>): Promise<T> => {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  };

  /** Resolves when all of it has ended, or its grace has. */
  async ended(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#running), sleep(graceMs, undefined, { ref: false })]);
  }
}

const underWay = new WorkUnderWay();

/** Returns the work after noting that the process must not end before it does. */
export const trackWork = underWay.track;

/** Ends the process: waits and calls under way are ended, so that what exists is still answered, and it does not outlive its grace. */
export function endProcess(): void {
  endController.abort();
  // The answers leave the process after the promises have settled.
  void underWay.ended().then(() => setTimeout(() => process.exit(0), 50));
}

/** Ends the process on SIGINT, which the engine sends at the end of every run, and when it is told twice to stop. */
export function endOnSignal(): void {
  process.once("SIGINT", endProcess);
}
