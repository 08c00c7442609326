import type { DetailedDiff } from "../model/detailed-diff.ts";
import type { PropertyPath } from "../model/property-path.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { stateOfStep, traitsOf } from "../model/step.ts";
import type { StepOperation, Step } from "../model/step.ts";
import { isSecret, mapValue, secretSignature, signatureKey } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import type { FailureStatus } from "../processes/provider-error.ts";

/** One event, in the shape of Pulumi's event log: an envelope with exactly one of the events below. */
export type EngineEvent = { readonly sequence: number; readonly timestamp: number } & EventBody;

/** What happened: exactly one of these. */
export interface EventBody {
  readonly preludeEvent?: { readonly config: Record<string, string> };
  readonly diagnosticEvent?: DiagnosticEvent;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata; readonly planning?: true };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata; readonly planning?: true };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata; readonly status: number; readonly steps: number };
  readonly summaryEvent?: SummaryEvent;
  readonly cancelEvent?: Record<string, never>;
}

/** How much a message matters; `info#err` is what a program prints on stderr. */
export type DiagnosticSeverity = "debug" | "info" | "info#err" | "warning" | "error";

/** A message for a person. */
export interface DiagnosticEvent {
  readonly urn?: string;
  readonly prefix?: string;
  readonly message: string;
  readonly color: "never";
  readonly severity: DiagnosticSeverity;
  /** A state of affairs that the next message replaces, not a message to keep. */
  readonly ephemeral?: true;
}

/** How the whole verb ended. */
export interface SummaryEvent {
  readonly maybeCorrupt: boolean;
  readonly durationSeconds: number;
  readonly resourceChanges: Record<string, number>;
  readonly PolicyPacks: Record<string, never>;
  readonly isPreview: boolean;
  readonly result: "succeeded" | "failed" | "canceled";
}

/** A step, as events show it. */
export interface StepMetadata {
  readonly op: StepOperation;
  readonly urn: string;
  readonly type: string;
  readonly old: StateMetadata | null;
  readonly new: StateMetadata | null;
  readonly keys?: readonly string[];
  readonly diffs?: readonly string[];
  /** `null` where the provider does not say how the properties differ. */
  readonly detailedDiff: DetailedDiff | null;
  readonly logical?: true;
  readonly provider: string;
}

/** A state, as events show it: secrets are left out. */
export interface StateMetadata {
  readonly type: string;
  readonly urn: string;
  readonly custom?: true;
  readonly delete?: true;
  readonly id: string;
  readonly parent: string;
  readonly protect?: true;
  readonly taint?: true;
  readonly external?: true;
  readonly retainOnDelete?: true;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly provider: string;
  readonly initErrors?: readonly string[];
  readonly hideDiffs?: readonly PropertyPath[];
}

/** Pulumi's numbers for what a failed call says about the object. */
export const statusNumbers: Record<FailureStatus, number> = { clean: 0, partial: 1, unknown: 2 };

/** Returns the step as it is now; `operation` differs from the step's own where a refresh tells what it found. */
export function metadataOf(step: Step, operation: StepOperation = step.operation): StepMetadata {
  const subject = stateOfStep(step);
  return {
    op: operation,
    urn: subject.urn,
    type: subject.type,
    old: stateMetadata(step.old),
    new: traitsOf(step.operation).removes ? null : stateMetadata(step.new),
    ...(step.keys?.length ? { keys: step.keys } : {}),
    ...(step.diffs?.length ? { diffs: step.diffs } : {}),
    detailedDiff: step.detailedDiff ?? null,
    ...(traitsOf(step.operation).logical ? { logical: true } : {}),
    provider: subject.provider ?? "",
  };
}

function stateMetadata(state: ResourceState | undefined): StateMetadata | null {
  if (!state) return null;
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom ? { custom: true } : {}),
    ...(state.delete ? { delete: true } : {}),
    id: state.id ?? "",
    parent: state.parent ?? "",
    ...(state.protect ? { protect: true } : {}),
    ...(state.taint ? { taint: true } : {}),
    ...(state.external ? { external: true } : {}),
    ...(state.retainOnDelete ? { retainOnDelete: true } : {}),
    inputs: withoutSecrets(state.inputs),
    outputs: withoutSecrets(state.outputs),
    provider: state.provider ?? "",
    ...(state.initErrors?.length ? { initErrors: state.initErrors } : {}),
    ...(state.hideDiff?.length ? { hideDiffs: state.hideDiff } : {}),
  };
}

/** Returns a copy, since the state goes on changing, without the secrets. */
function withoutSecrets(properties: Properties): Properties {
  const hide = (value: unknown) =>
    isSecret(value) ? { [signatureKey]: secretSignature, ciphertext: "[secret]" } : undefined;
  return mapValue(properties, hide) as Properties;
}
