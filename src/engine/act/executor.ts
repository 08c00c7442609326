import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";

/** Runs chains of steps on a number of workers. A chain stops at its first failure. */
export class Executor {
  readonly #runStep: (step: Step) => Promise<void>;
  readonly #stop: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  /**
   * What a chain is still to delete for a replacement. The program may register such a resource again before that, where
   * it does not refer to the replaced one any more: its successor waits. Only later chains wait for earlier ones.
   */
  readonly #leaving = new Map<ResourceState, Promise<void>>();
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
    const left = this.#leave(chain);
    try {
      for (const step of chain) {
        if (step.old && !isDeletion(step)) await this.#leaving.get(step.old);
        if (this.#stop.aborted) return;
        await this.#runStep(step);
        left.get(step)?.();
      }
    } catch {
      // The step has reported it.
    } finally {
      for (const done of left.values()) done();
    }
  }

  /** Announces what the chain is to delete; the answer tells of each step how to say that it is done. */
  #leave(chain: readonly Step[]): Map<Step, () => void> {
    const left = new Map<Step, () => void>();
    for (const step of chain) {
      const { old } = step;
      if (!old || !isDeletion(step)) continue;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#leaving.set(old, promise);
      left.set(step, () => {
        this.#leaving.delete(old);
        resolve();
      });
    }
    return left;
  }
}

function isDeletion({ operation }: Step): boolean {
  return operation === "delete-replaced" || operation === "discard-replaced";
}
