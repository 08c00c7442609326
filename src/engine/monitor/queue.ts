import type { Executor } from "../act/executor.ts";
import { StepGenerator } from "../decide/generator.ts";
import { ResourceLeftOut, ReportedFailure, RunStopped } from "../decide/run-errors.ts";
import type { Run } from "../decide/run.ts";
import { messageOf } from "../model/engine-error.ts";
import type { Goal, ReadGoal } from "../model/goal.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { answerOf } from "../model/step.ts";
import type { Step } from "../model/step.ts";
import { isStack, makeUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";

/** The stack's outputs, and the step that registered the stack. */
export interface StackOutputs {
  readonly step: Step;
  readonly outputs: Properties;
}

/**
 * Takes what the program says in the order in which it comes. One decision at a time, and none while every worker is
 * busy; the steps themselves run side by side.
 */
export class RequestQueue {
  readonly #run: Run;
  readonly #generator: StepGenerator;
  readonly #executor: Executor;
  #last: Promise<unknown> = Promise.resolve();
  /** What the program has set as the stack's outputs. They are recorded last, since their fate depends on the run's. */
  stackOutputs?: StackOutputs;

  constructor(run: Run, executor: Executor) {
    this.#run = run;
    this.#generator = new StepGenerator(run);
    this.#executor = executor;
  }

  /**
   * Brings about what the program registers; returns the resource's state once it is recorded, and `undefined` where the run
   * goes on without it.
   *
   * @throws RunStopped when the run ends before that.
   */
  register(goal: Goal): Promise<ResourceState | undefined> {
    return this.#submit(goal, () => this.#generator.register(goal));
  }

  /**
   * Reads what exists already; returns as `register` does.
   *
   * @throws RunStopped when the run ends before that.
   */
  read(goal: ReadGoal): Promise<ResourceState | undefined> {
    return this.#submit(goal, async () => this.#generator.read(goal));
  }

  /**
   * Replaces the outputs that a component, or the stack, had.
   *
   * @throws RunStopped when the run ends before that.
   */
  async outputs(urn: string, outputs: Properties): Promise<void> {
    const { registered, reporter, ledger, stopped, decided } = this.#run;
    const recorded = this.#inTurn(async () => {
      if (decided.unfinished.has(urn)) return;
      const step = registered.get(urn);
      if (!step?.new) throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
      if (isStack(urn)) {
        this.stackOutputs = { step, outputs };
        return;
      }
      if (step.omitted) return;
      step.new.outputs = outputs;
      reporter.outputs(step);
      await ledger?.outputs(step.new);
    });
    await Promise.race([recorded, stopped]);
  }

  /** Resolves when every decision so far has been made. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Decides in turn, has the steps run, and returns the new state when it is recorded. */
  async #submit(goal: Goal | ReadGoal, decide: () => Promise<Step[]>): Promise<ResourceState | undefined> {
    const { stack, project, stopped } = this.#run;
    const urn = makeUrn(stack, project, goal.parent, goal.type, goal.name);
    const turn = this.#inTurn(async () => {
      const steps = await decide().catch(ignoreLeftOut);
      return steps && { chain: await this.#executor.submit(steps), answer: answerOf(steps) };
    }, urn);
    const recorded = turn.then(async (taken) => {
      if (!taken) return undefined;
      const { chain, answer } = taken;
      return chain.recorded(answer).then(
        () => answer.new,
        (cause: unknown) => this.#goOnWithout(answer.new!, cause),
      );
    });
    return Promise.race([recorded, stopped]);
  }

  /** Must come before the answer: it lets the program register what depends on it. */
  #goOnWithout(state: ResourceState, cause: unknown): undefined {
    const { continueOnFailure, stop, decided, failures } = this.#run;
    if (!continueOnFailure || stop.aborted) throw new RunStopped({ cause });
    if (failures.has(state)) decided.unfinished.add(state.urn);
    else this.#run.leaveOut(state.urn, "for something before it has failed");
  }

  #inTurn<Result>(work: () => Promise<Result>, urn?: string): Promise<Result> {
    const { stop, reporter } = this.#run;
    const turn = this.#last.then(async () => {
      if (stop.aborted) throw new RunStopped();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ReportedFailure)) reporter.error(messageOf(error), urn);
        this.#run.fail();
        throw new RunStopped({ cause: error });
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function ignoreLeftOut(error: unknown): undefined {
  if (!(error instanceof ResourceLeftOut)) throw error;
}
