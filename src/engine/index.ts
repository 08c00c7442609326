/** A small engine for Pulumi programs whose resources are dynamic: same protocol, same program, same state. */
export { EngineError } from "./model/engine-error.ts";
export type { DiagnosticEvent, EngineEvent, StateMetadata, StepMetadata, SummaryEvent } from "./events/events.ts";
/** @internal */
export type { Launcher } from "./processes/launcher.ts";
/** @internal */
export { stackNameIn } from "./model/stack-name.ts";
/** @internal */
export { fileScheme, folderOfUrl } from "./state/file-url.ts";
/** @internal */
export { secret, unknownText } from "./model/values.ts";
/** @internal */
export type { Asked, ProviderCalls } from "./processes/provider-calls.ts";
/** @internal */
export { ProviderError } from "./processes/provider-error.ts";
export { interruptedOperations, recordedResources, recover, run, stackConfiguration, stackNames } from "./verbs.ts";
export type { InterruptedOperations } from "./verbs.ts";
export type { StacksRequest } from "./verbs.ts";
export type { Verb } from "./model/verb.ts";
export type { RunOutcome, RunOptions } from "./options.ts";
export type { Recovery } from "./state/state-store.ts";
