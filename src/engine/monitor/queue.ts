import { Bail } from "../decide/deployment.ts";
import type { Deployment } from "../decide/deployment.ts";
import { messageOf } from "../model/engine-error.ts";
import type { Executor } from "../act/executor.ts";
import type { Generator } from "../decide/generator.ts";
import type { Goal, Reading } from "../model/goal.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import { isStack, makeUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";

/** The run has ended or is ending: nothing more is taken on. */
export class Stopped extends Error {}

export interface ConductorOptions {
  readonly deployment: Deployment;
  readonly generator: Generator;
  readonly executor: Executor;
  readonly registered: ReadonlyMap<string, Step>;
  readonly recordOutputs: (state: ResourceState) => Promise<void>;
  readonly stop: AbortSignal;
  /** A decision could not be made; the reason has been reported. */
  readonly onBail: () => void;
}

/**
 * Takes what the program says in the order in which it comes. One decision at a time, and none while every worker is
 * busy; the steps themselves run side by side.
 */
export class Conductor {
  readonly #options: ConductorOptions;
  readonly #stopped: Promise<never>;
  #last: Promise<void> = Promise.resolve();
  /** The stack's outputs come last, since their fate depends on the run's. */
  stackOutputs?: { step: Step; outputs: Properties };

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#stopped = new Promise((_, reject) => {
      const stop = () => reject(new Stopped("the run is ending"));
      if (options.stop.aborted) stop();
      else options.stop.addEventListener("abort", stop, { once: true });
    });
    this.#stopped.catch(() => undefined);
  }

  /** Resolves when the resource is recorded. */
  register(goal: Goal): Promise<ResourceState> {
    return this.#submit(goal, (done) => this.#options.generator.register(goal, done));
  }

  read(reading: Reading): Promise<ResourceState> {
    return this.#submit(reading, async (done) => this.#options.generator.read(reading, done));
  }

  /** A component's outputs, or the stack's, replace those it had. */
  async outputs(urn: string, outputs: Properties): Promise<void> {
    const { deployment, recordOutputs } = this.#options;
    const recorded = this.#inTurn(async () => {
      const step = this.#options.registered.get(urn);
      if (!step?.new) throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
      if (isStack(urn)) {
        this.stackOutputs = { step, outputs };
        return;
      }
      if (step.leftOut) return;
      step.new.outputs = outputs;
      deployment.reporter.outputs(step);
      await recordOutputs(step.new);
    });
    await Promise.race([recorded, this.#stopped]);
  }

  /** Resolves when every decision so far has been made. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Rejects when the run stops. */
  get stopped(): Promise<never> {
    return this.#stopped;
  }

  #submit(
    resource: { parent?: string; type: string; name: string },
    decide: (done: (state: ResourceState) => void) => Promise<Step[]>,
  ): Promise<ResourceState> {
    const { stack, project } = this.#options.deployment;
    const answer = new Promise<ResourceState>((resolve, reject) => {
      this.#inTurn(
        async () => this.#options.executor.submit(await decide(resolve)),
        makeUrn(stack, project, resource.parent, resource.type, resource.name),
      ).catch(reject);
    });
    return Promise.race([answer, this.#stopped]);
  }

  #inTurn(work: () => Promise<void>, urn?: string): Promise<void> {
    const turn = this.#last.then(async () => {
      if (this.#options.stop.aborted) throw new Stopped("the run is ending");
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Bail)) this.#options.deployment.reporter.error(messageOf(error), urn);
        this.#options.onBail();
        throw new Stopped("the run is ending", { cause: error });
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
