import type { InterruptedOperations, Verb } from "../../engine/index.ts";
import type { EngineEvent, StepMetadata } from "../../preview/index.ts";
import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";

export type { Verb } from "../../engine/index.ts";

/** Milliseconds in which work under way may come to its own end after a signal, before its calls and waits are ended. */
export const patienceMs = 1_500;

/** What the program that the package ships registers, as the command has read it. */
export interface SpecProgram {
  declarations: readonly Declaration[];
  /** The limits of the spec, which the stack keeps. */
  guards: Spec["guards"];
  /** What is to be said of the spec. */
  warnings: readonly string[];
  /** Whether whatever is created takes over what exists already. */
  adopt: boolean;
}

/** What an engine is asked to do. */
export interface EngineRequest {
  /** Folder of Pulumi.yaml. */
  folder: string;
  stack: string;
  /** Absolute backend URL; `undefined` leaves it to the Pulumi CLI's login. */
  state?: string;
  /** The URNs that the run is limited to, patterns among them; `undefined` for everything. */
  targets?: readonly string[];
  parallel?: number;
  /** Reads everything back from AWS first, and goes on from what was found. */
  refresh?: boolean;
  /** A failed resource stops only what depends on it. */
  continueOnError?: boolean;
  /** Only says what `destroy` would do. */
  dryRun?: boolean;
  /** Throws for a step that must not be taken; that ends the run. */
  admit?: (step: StepMetadata) => void;
  /** Aborted, with the reason, when nothing more is to be begun. */
  stop?: AbortSignal;
  /** Given where the project's program is the shipped one: an engine that can runs it, and its providers, in this process. */
  program?: SpecProgram;
  /** The whole environment of the program and of the providers. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onEvent(event: EngineEvent): void;
}

/** How it ended. The errors' texts are in the events; `message` is what came outside of them. */
export interface EngineResult {
  result: "succeeded" | "failed" | "cancelled";
  message?: string;
  /** Of a preview, where the engine tells it: whether `up` would write nothing, neither in the state nor in AWS. */
  leavesState?: boolean;
  /** The engine itself says that credentials are missing or refused. */
  credentials?: boolean;
}

/** What an engine has recorded of a resource, as far as it is read here. */
export interface RecordedResource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Deleted for a replacement that has not come. */
  pendingReplacement?: boolean;
  /** To be deleted, since its replacement has come. */
  delete?: boolean;
}

/** Whose state is read. */
export interface StateRequest extends Pick<EngineRequest, "folder" | "stack" | "state" | "env"> {
  /** Tells what its secrets are. */
  showSecrets?: boolean;
}

/** One of the engines. */
export interface Engine {
  /** The project's stacks by their names; `undefined` when they cannot be listed. Changes nothing. */
  stacks(
    request: Pick<EngineRequest, "folder" | "state" | "env"> & { project: string },
  ): Promise<readonly string[] | undefined>;
  /** Reads the stack's configuration, decrypted, by full key (`project:name`). Changes nothing. */
  config(request: Pick<EngineRequest, "folder" | "stack" | "state" | "env">): Promise<Readonly<Record<string, string>>>;
  /** Makes an empty stack. */
  create(request: Omit<EngineRequest, "onEvent">): Promise<void>;
  run(verb: Verb, request: EngineRequest): Promise<EngineResult>;
  /** Reads what earlier runs did not see the end of; `undefined` when that cannot be read. Changes nothing. */
  interrupted(
    request: Pick<EngineRequest, "folder" | "stack" | "state" | "env">,
  ): Promise<InterruptedOperations | undefined>;
  /** Reads the state; `undefined` when it cannot be read. Changes nothing. */
  recorded(request: StateRequest): Promise<readonly RecordedResource[] | undefined>;
}
