import type { StepMetadata } from "../events/events.ts";
import type { Reporter } from "../events/reporter.ts";
import type { ResourceState } from "../model/resource-state.ts";
import type { Step } from "../model/step.ts";
import type { ProviderSource } from "../processes/provider.ts";
import type { Ledger } from "../state/ledger.ts";
import { DecisionLog } from "./decision-log.ts";
import { RunStopped } from "./run-errors.ts";
import { TargetUrns } from "./target-urns.ts";

/** What a run is made from. */
export interface RunSettings {
  readonly project: string;
  readonly stack: string;
  /** A preview: nothing is recorded, and providers are only asked. */
  readonly dryRun: boolean;
  /** How many steps may run at once. */
  readonly parallel: number;
  /** The recorded resources, in their order. Steps change the flags of these very objects. */
  readonly base: readonly ResourceState[];
  /** Where steps become durable; a preview has none. */
  readonly ledger?: Pick<Ledger, "begin" | "end" | "outputs" | "rebuild">;
  readonly providers: ProviderSource;
  readonly reporter: Reporter;
  /** The URNs that the run is limited to, patterns among them; none for everything. */
  readonly targets: readonly string[];
  /** Asked before each step; what it throws is why the step is not taken. */
  readonly admit?: (step: StepMetadata) => void;
  /** A failed resource stops only what depends on it. */
  readonly continueOnFailure: boolean;
}

/**
 * Holds what the parts of one run share, and how the run stands. A verb that reads everything back before it goes on makes
 * two runs, one after the other.
 */
export class Run {
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly base: readonly ResourceState[];
  /** The present state of each URN; the old halves of replacements are not among them. */
  readonly current: ReadonlyMap<string, ResourceState>;
  readonly ledger: RunSettings["ledger"];
  readonly providers: ProviderSource;
  readonly reporter: Reporter;
  readonly targets: TargetUrns;
  readonly admit: RunSettings["admit"];
  readonly continueOnFailure: boolean;
  readonly decided = new DecisionLog();
  /** The step of each URN that outputs may still come for. */
  readonly registered = new Map<string, Step>();
  /** The resources whose steps failed, before and after the step. */
  readonly failures = new Set<ResourceState>();
  /** Rejects with `RunStopped` when the run stops. */
  readonly stopped: Promise<never>;
  readonly #stop = new AbortController();
  #reasonReported = false;
  #failsAtEnd = false;
  #canceled = false;

  constructor(settings: RunSettings) {
    this.project = settings.project;
    this.stack = settings.stack;
    this.dryRun = settings.dryRun;
    this.parallel = settings.parallel;
    this.base = settings.base;
    this.current = new Map(settings.base.filter((state) => !state.delete).map((state) => [state.urn, state]));
    this.ledger = settings.ledger;
    this.providers = settings.providers;
    this.reporter = settings.reporter;
    this.targets = new TargetUrns(settings.targets);
    this.admit = settings.admit;
    this.continueOnFailure = settings.continueOnFailure;
    this.stopped = new Promise((_, reject) => {
      this.stop.addEventListener("abort", () => reject(new RunStopped()), { once: true });
    });
    this.stopped.catch(() => undefined);
  }

  /** Returns the signal after which no step begins; what is under way is finished and recorded. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether somebody has cancelled the run. */
  get isCanceled(): boolean {
    return this.#canceled;
  }

  /** Stops the run for a reason that has been reported. */
  fail(): void {
    this.#reasonReported = true;
    this.#stop.abort();
  }

  /** Lets the run go on and fail at its end, for a reason that has been reported. */
  failAtEnd(): void {
    this.#failsAtEnd = true;
  }

  /** Notes a step that failed; `goOn` says that other steps may still begin. */
  stepFailed({ old, new: state }: Step, { goOn }: { goOn: boolean }): void {
    for (const subject of [old, state]) if (subject) this.failures.add(subject);
    if (!goOn) this.#stop.abort();
  }

  /** Goes on without a resource that needs one that has failed, and reports that. */
  leaveOut(urn: string, because: string): void {
    this.decided.unfinished.add(urn);
    this.reporter.info(`skipped, ${because}\nA run in which that succeeds does it.`, urn);
  }

  /** Stops the run because a person wants it. */
  cancel(): void {
    this.#canceled = true;
    this.#stop.abort();
  }

  /** Reports each named target that neither the state nor the program has; returns whether there was none. */
  checkTargets(): boolean {
    const unknown = this.targets.literals.filter(
      (urn) => !this.decided.seen.has(urn) && !this.base.some((state) => state.urn === urn),
    );
    for (const urn of unknown) {
      const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
      this.reporter.error(`Target '${urn}' could not be found in the stack.${hint}`);
    }
    return unknown.length === 0;
  }

  /** Returns whether anything has failed so far. */
  get failed(): boolean {
    return this.#reasonReported || this.#failsAtEnd || this.failures.size > 0;
  }

  /** Returns how the run ended, and reports that it failed where nothing else has said so. */
  conclude(): "succeeded" | "failed" | "canceled" {
    const kind = this.dryRun ? "preview" : "update";
    if (this.failed) {
      if (!this.#reasonReported) this.reporter.error(`${kind} failed`);
      return "failed";
    }
    if (!this.#canceled) return "succeeded";
    this.reporter.error(`${kind} canceled`);
    return "canceled";
  }
}
