import type { DiagnosticEvent, EngineEvent, StepMetadata } from "./events/events.ts";
import type { Launcher } from "./processes/launcher.ts";

/** What a run of a verb is asked for. */
export interface RunOptions {
  /** The folder of the project, or one below it. */
  readonly cwd: string;
  readonly stack: string;
  /** Where the state is, `file://…`. By default what `PULUMI_BACKEND_URL`, Pulumi.yaml or `pulumi login` says. */
  readonly state?: string;
  /** How many steps may run at once. By default 16. */
  readonly parallel?: number;
  /** URNs to limit the run to; `*` stands for a part of a name, `**` for anything. */
  readonly targets?: readonly string[];
  /** Reads every resource back first, as the verb `refresh` does, and goes on from what was found. */
  readonly refresh?: boolean;
  /**
   * The environment of the program and of the providers, and where the passphrase is looked for. By default the process's
   * own.
   */
  readonly env?: NodeJS.ProcessEnv;
  readonly events?: (event: EngineEvent) => void;
  /** Ends the run in order: what is under way is finished and recorded. */
  readonly signal?: AbortSignal;
  /** Begins nothing more once it is aborted, for its reason; what is under way is not told to hurry. */
  readonly stop?: AbortSignal;
  /** Says what `destroy` would do, as the verb `preview` does for `up`; nothing is called or recorded. */
  readonly dryRun?: boolean;
  /** Asked before each step. What it throws is why the step is not taken, and ends the run. */
  readonly admit?: (step: StepMetadata) => void;
  /** A failed resource stops only what depends on it. By default nothing begins after the first failure. */
  readonly continueOnError?: boolean;
  /** A change is a failure of its own: exit code 7. */
  readonly expectNoChanges?: boolean;
  /** Starts the program and the hosts of its providers. By default each in a process of its own. @internal */
  readonly launcher?: Launcher;
}

/** How a run of a verb ended. */
export interface RunOutcome {
  readonly result: "succeeded" | "failed" | "canceled";
  /** The resources by what was done to them. */
  readonly counts: Record<string, number>;
  /** The errors and warnings. */
  readonly diagnostics: readonly DiagnosticEvent[];
  /** Of a preview: whether an update would write nothing, neither in the state nor by a provider. */
  readonly leavesState: boolean;
  /** 0 done, 1 failed, 7 changes where none were expected, 8 cancelled. */
  readonly exitCode: 0 | 1 | 7 | 8;
}
