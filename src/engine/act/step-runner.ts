import { apply, ProtectedError } from "./apply.ts";
import type { Deployment } from "../decide/deployment.ts";
import { messageOf } from "../model/engine-error.ts";
import { metadataOf } from "../events/events.ts";
import type { StepMetadata } from "../events/events.ts";
import type { Ledger } from "../state/ledger.ts";
import { ProviderError } from "../processes/provider-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { subjectOf, traitsOf } from "../model/step.ts";
import type { Step } from "../model/step.ts";

export interface StepRunnerOptions {
  readonly deployment: Deployment;
  /** Where steps become durable; a preview has none. */
  readonly ledger?: Pick<Ledger, "begin" | "end">;
  /** Throws for a step that must not be taken. */
  readonly admit?: (step: StepMetadata) => void;
  /** A step has failed in a way after which no other may begin. */
  readonly onFailure: () => void;
  /** One resource's failure says nothing about the others. */
  readonly carryOn: boolean;
}

/** Runs single steps: tells of them, applies and records them, and answers the program when they are recorded. */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  /** The step of each URN that outputs may still come for. */
  readonly registered = new Map<string, Step>();
  readonly failed = new Set<ResourceState>();

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  async run(step: Step): Promise<void> {
    const { deployment } = this.#options;
    this.#admit(step);
    deployment.reporter.stepBegins(step);
    await this.#begin(step);
    let error: unknown;
    try {
      await apply(deployment, step);
      this.#remember(step);
      deployment.reporter.stepSucceeded(step);
    } catch (caught) {
      error = caught;
      this.#report(step, caught);
    }
    const partial = error instanceof ProviderError && error.status === "partial";
    // The object was not brought to these inputs, so they are not what it has.
    if (partial && step.operation === "update" && step.new && step.old) step.new.inputs = { ...step.old.inputs };
    await this.#end(step, error === undefined || partial);
    if (error !== undefined) throw error;
    if (step.new) step.done?.(step.new);
  }

  #admit(step: Step): void {
    try {
      this.#options.admit?.(metadataOf(step));
    } catch (error) {
      this.#report(step, error);
      throw error;
    }
  }

  async #begin(step: Step): Promise<void> {
    if (traitsOf(step.operation).pending) await this.#durable(step, (ledger) => ledger.begin(step));
  }

  async #end(step: Step, ok: boolean): Promise<void> {
    // A refresh is recorded as a whole.
    if (step.operation !== "refresh") await this.#durable(step, (ledger) => ledger.end(step, ok));
  }

  /** What cannot be recorded must not happen, or not go on. */
  async #durable(step: Step, write: (ledger: Pick<Ledger, "begin" | "end">) => Promise<void>): Promise<void> {
    const { ledger } = this.#options;
    if (!ledger) return;
    try {
      await write(ledger);
    } catch (error) {
      this.#report(step, error);
      throw error;
    }
  }

  #remember(step: Step): void {
    if (step.new && traitsOf(step.operation).logical) this.registered.set(step.new.urn, step);
  }

  #report(step: Step, error: unknown): void {
    const { deployment, onFailure, carryOn } = this.#options;
    const status = error instanceof ProviderError ? error.status : "clean";
    deployment.reporter.stepFailed(step, messageOf(error), status);
    this.failed.add(subjectOf(step));
    if (!carryOn && !(error instanceof ProtectedError)) onFailure();
  }
}
