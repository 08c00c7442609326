/** A small engine for Pulumi programs whose resources are dynamic: same protocol, same program, same state. */
export { EngineError } from "./errors.ts";
export type { DiagnosticEvent, EngineEvent, StateMetadata, StepMetadata, SummaryEvent } from "./events.ts";
export { recover, run } from "./run.ts";
export type { Outcome, RunOptions, Verb } from "./run.ts";
export type { Recovery } from "./state-store.ts";
