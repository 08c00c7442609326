import type { Step } from "./step.ts";

/** Runs chains of steps on a number of workers. A chain stops at its first failure. */
export class Executor {
  readonly #runStep: (step: Step) => Promise<void>;
  readonly #stop: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `runStep` reports what goes wrong; it rejects only to stop the chain. After `stop` no further step begins. */
  constructor(workers: number, stop: AbortSignal, runStep: (step: Step) => Promise<void>) {
    this.#free = workers;
    this.#stop = stop;
    this.#runStep = runStep;
  }

  /** Resolves as soon as a worker has taken the chain, not when the chain is done. */
  async submit(chain: readonly Step[]): Promise<void> {
    if (chain.length === 0) return;
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const run = this.#work(chain).finally(() => {
      this.#running.delete(run);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    });
    this.#running.add(run);
  }

  /** Runs independent steps and waits for the last of them. */
  async runAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.submit([step]);
    await this.idle();
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #work(chain: readonly Step[]): Promise<void> {
    for (const step of chain) {
      if (this.#stop.aborted) return;
      try {
        await this.#runStep(step);
      } catch {
        return;
      }
    }
  }
}
