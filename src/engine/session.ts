import { Decisions } from "./decide/decision-log.ts";
import type { Deployment } from "./decide/deployment.ts";
import type { StepMetadata } from "./events/events.ts";
import { Executor } from "./act/executor.ts";
import type { Hosts } from "./processes/host-pool.ts";
import type { Ledger } from "./state/ledger.ts";
import { Providers } from "./processes/configured-providers.ts";
import type { Sdk } from "./processes/protos.ts";
import type { Reporter } from "./events/reporter.ts";
import type { ResourceState } from "./model/resource-state.ts";
import { StepRunner } from "./act/step-runner.ts";
import { Targets } from "./decide/target-urns.ts";

export interface SessionOptions {
  readonly project: string;
  readonly stack: string;
  readonly sdk: Sdk;
  readonly hosts: Hosts;
  readonly reporter: Reporter;
  readonly base: readonly ResourceState[];
  /** Absent in a preview. */
  readonly ledger?: Ledger;
  readonly targets: readonly string[];
  /** Throws for a step that must not be taken. */
  readonly admit?: (step: StepMetadata) => void;
  readonly parallel: number;
  /** A refresh: one resource's failure says nothing about the others. */
  readonly carryOn?: boolean;
}

/** One run under way: what its parts share, and how it stands. */
export class Session {
  readonly deployment: Deployment;
  readonly ledger: Ledger | undefined;
  readonly runner: StepRunner;
  readonly executor: Executor;
  readonly #stop = new AbortController();
  #bailed = false;
  #canceled = false;

  constructor({ sdk, hosts, base, ledger, parallel, admit, carryOn = false, ...rest }: SessionOptions) {
    const dryRun = ledger === undefined;
    const warn = (message: string, urn: string) => rest.reporter.warning(message, urn);
    this.ledger = ledger;
    this.deployment = {
      ...rest,
      base,
      dryRun,
      decided: new Decisions(),
      targets: new Targets(rest.targets),
      providers: new Providers({ sdk, hosts, base, dryRun, warn }),
    };
    const onFailure = () => this.#stop.abort();
    this.runner = new StepRunner({ deployment: this.deployment, ledger, admit, carryOn, onFailure });
    this.executor = new Executor(parallel, this.stop, (step) => this.runner.run(step));
  }

  /** After it no step begins, and what is under way is finished and recorded. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Ends the run for a reason that has been reported. */
  bail(): void {
    this.#bailed = true;
    this.#stop.abort();
  }

  cancel(): void {
    this.#canceled = true;
    this.#stop.abort();
  }

  /** A named target that neither the state nor the program has is a mistake. */
  checkTargets(): boolean {
    const { targets, base, decided, reporter } = this.deployment;
    const unknown = targets.literals.filter(
      (urn) => !decided.seen.has(urn) && !base.some((state) => state.urn === urn),
    );
    for (const urn of unknown) {
      const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
      reporter.error(`Target '${urn}' could not be found in the stack.${hint}`);
    }
    return unknown.length === 0;
  }

  get failed(): boolean {
    return this.#bailed || this.runner.failed.size > 0 || this.deployment.decided.failed;
  }

  /** How it ended, with a last word where nothing else says that it failed. */
  conclude(): "succeeded" | "failed" | "canceled" {
    const { dryRun, reporter } = this.deployment;
    const kind = dryRun ? "preview" : "update";
    if (this.failed) {
      if (!this.#bailed) reporter.error(`${kind} failed`);
      return "failed";
    }
    if (!this.#canceled) return "succeeded";
    reporter.error(`${kind} canceled`);
    return "canceled";
  }
}
