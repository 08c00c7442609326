import { Conductor } from "./monitor/queue.ts";
import { Bail } from "./decide/deployment.ts";
import { prerequisitesOf } from "./model/dependencies.ts";
import { messageOf } from "./model/engine-error.ts";
import type { EngineError } from "./model/engine-error.ts";
import { Generator } from "./decide/generator.ts";
import { leftovers } from "./decide/leftovers.ts";
import { complaintAbout } from "./processes/program-process.ts";
import type { Program } from "./processes/program-process.ts";
import { Monitor } from "./monitor/monitor.ts";
import type { Sdk } from "./processes/protos.ts";
import type { ResourceState } from "./model/resource-state.ts";
import type { Session } from "./session.ts";
import type { Properties } from "./model/values.ts";

export interface DeployOptions {
  readonly sdk: Sdk;
  readonly parallel: number;
  /** The project's folder. */
  readonly root: string;
  readonly config: Properties;
}

/** Carries out a program: what it registers, then the deletes of what it no longer does. */
export class Deploy {
  readonly monitor: Monitor;
  readonly #session: Session;
  readonly #conductor: Conductor;
  readonly #complete = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #announced = false;

  constructor(session: Session, options: DeployOptions) {
    const { deployment, executor, ledger, runner, stop } = session;
    this.#session = session;
    this.#conductor = new Conductor({
      deployment,
      generator: new Generator(deployment),
      executor,
      registered: runner.registered,
      recordOutputs: async (state) => ledger?.outputs(state),
      stop,
      onBail: () => session.bail(),
    });
    this.monitor = new Monitor({
      ...options,
      deployment,
      conductor: this.#conductor,
      onRefusal: (error) => this.#refuse(error),
      onComplete: () => this.#hold(),
    });
  }

  /** Follows the program to its end. */
  async follow(program: Program): Promise<void> {
    const { stop, executor } = this.#session;
    const exit = program.exited.then((code) => this.#exited(code));
    await Promise.race([this.#complete.promise, exit, this.#conductor.stopped.catch(() => undefined)]);
    await this.#conductor.idle();
    await executor.idle();
    if (!stop.aborted) await deleteLeftovers(this.#session);
    await this.#finishStackOutputs();
    this.#released.resolve();
    await program.end();
  }

  /** The program has registered everything; it lives on until the deletes are done. */
  async #hold(): Promise<void> {
    this.#announced = true;
    this.#complete.resolve();
    await Promise.race([this.#released.promise, this.#conductor.stopped]);
  }

  #refuse(error: EngineError): void {
    if (this.#session.stop.aborted) return;
    this.#session.deployment.reporter.error([error.message, error.advice].filter(Boolean).join(". "));
    this.#session.bail();
  }

  #exited(code: number | null): void {
    if (this.#announced || this.#session.stop.aborted) return;
    const complaint = complaintAbout(code);
    if (complaint) this.#session.deployment.reporter.error(complaint);
    this.#session.bail();
  }

  /** A run that failed may not have come to an output, so it takes none away. */
  async #finishStackOutputs(): Promise<void> {
    const { stackOutputs } = this.#conductor;
    const { deployment, failed, ledger } = this.#session;
    const state = stackOutputs?.step.new;
    if (!stackOutputs || !state) return;
    const before = deployment.base.find(({ urn }) => urn === state.urn)?.outputs ?? {};
    state.outputs = failed ? { ...before, ...stackOutputs.outputs } : stackOutputs.outputs;
    deployment.reporter.outputs(stackOutputs.step);
    await ledger?.outputs(state);
  }
}

/** Deletes what is not declared, layer by layer. */
export async function deleteLeftovers(session: Session): Promise<void> {
  const { deployment, executor, runner, stop } = session;
  const targetsFound = session.checkTargets();
  try {
    const { sames, layers } = await leftovers(deployment);
    await executor.submit(sames);
    await executor.idle();
    for (const layer of layers) {
      const needed = neededBy(runner.failed, deployment.base);
      await executor.runAll(layer.filter((step) => step.old && !needed.has(step.old)));
      if (stop.aborted) break;
    }
  } catch (error) {
    // What was decided against has been reported and counts as a failed update.
    if (!(error instanceof Bail)) {
      deployment.reporter.error(messageOf(error));
      session.bail();
    }
  }
  if (!targetsFound) session.bail();
}

/** What a resource that could not be deleted still needs, directly or not. */
function neededBy(failed: ReadonlySet<ResourceState>, base: readonly ResourceState[]): Set<ResourceState> {
  const halves = Map.groupBy(base, (state) => state.urn);
  const needed = new Set<ResourceState>();
  const visit = (state: ResourceState) => {
    for (const urn of prerequisitesOf(state)) {
      const other = halfFor(state, halves.get(urn) ?? []);
      if (!other || needed.has(other)) continue;
      needed.add(other);
      visit(other);
    }
  };
  for (const state of failed) visit(state);
  return needed;
}

/** During a replacement there are two of a URN; an old half needs the old one, all others the new one. */
function halfFor(
  { delete: isOld = false }: ResourceState,
  halves: readonly ResourceState[],
): ResourceState | undefined {
  return halves.findLast(({ delete: other = false }) => other === isOld) ?? halves.at(-1);
}
