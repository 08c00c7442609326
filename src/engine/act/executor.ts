import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";

/** A chain of steps that a worker has taken. */
export interface RunningChain {
  /** Resolves when the step is done and recorded; rejects when the chain ends before that. */
  recorded(step: Step): Promise<void>;
}

/** Runs chains of steps on a number of workers. A chain stops at its first failure. */
export class Executor {
  readonly #runStep: (step: Step) => Promise<void>;
  readonly #stop: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  /**
   * What a chain is still to delete for a replacement. The program may register such a resource again before that, where
   * it does not refer to the replaced one any more: its successor waits, and does not come where the delete failed. Only
   * later chains wait for earlier ones.
   */
  readonly #deletions = new Map<ResourceState, Promise<void>>();
  #free: number;

  /**
   * @param workers How many chains may run at once.
   * @param runStep Reports what goes wrong; it rejects only to stop the chain.
   * @param stop After it no further step begins.
   */
  constructor(workers: number, stop: AbortSignal, runStep: (step: Step) => Promise<void>) {
    this.#free = workers;
    this.#stop = stop;
    this.#runStep = runStep;
  }

  /** Resolves as soon as a worker has taken the chain, not when the chain is done. */
  async submit(steps: readonly Step[]): Promise<RunningChain> {
    const chain = new Chain(steps);
    if (steps.length === 0) return chain;
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const work = this.#work(chain).finally(() => {
      this.#running.delete(work);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    });
    this.#running.add(work);
    return chain;
  }

  /** Runs independent steps and waits for the last of them. */
  async runAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.submit([step]);
    await this.idle();
  }

  /** Resolves when no chain runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #work(chain: Chain): Promise<void> {
    for (const step of chain.steps) if (step.old && isDeletion(step)) this.#announceDeletion(chain, step, step.old);
    try {
      for (const step of chain.steps) {
        if (step.old && !isDeletion(step)) await this.#deletions.get(step.old);
        if (this.#stop.aborted) return;
        await this.#runStep(step);
        chain.done(step);
      }
    } catch {
      // The step has reported it.
    } finally {
      chain.end();
    }
  }

  #announceDeletion(chain: Chain, step: Step, old: ResourceState): void {
    const over = chain.recorded(step).then(() => void this.#deletions.delete(old));
    over.catch(() => undefined);
    this.#deletions.set(old, over);
  }
}

class Chain implements RunningChain {
  readonly steps: readonly Step[];
  readonly #ends: Map<Step, PromiseWithResolvers<void>>;

  constructor(steps: readonly Step[]) {
    this.steps = steps;
    this.#ends = new Map(steps.map((step) => [step, Promise.withResolvers<void>()]));
    // Not every step has somebody who waits for it.
    for (const { promise } of this.#ends.values()) promise.catch(() => undefined);
  }

  async recorded(step: Step): Promise<void> {
    await this.#ends.get(step)?.promise;
  }

  /** Resolves for a step that is done. */
  done(step: Step): void {
    this.#ends.get(step)?.resolve();
  }

  /** Rejects for each step that is not done. */
  end(): void {
    for (const { reject } of this.#ends.values()) reject(new Error("the chain ended before this step was done"));
  }
}

function isDeletion({ operation }: Step): boolean {
  return operation === "delete-replaced" || operation === "discard-replaced";
}
