/** What the preview reads of Pulumi's EngineEvent; both engines write it, one JSON object a line. */
export interface EngineEvent {
  sequence?: number;
  timestamp?: number;
  resourcePreEvent?: { metadata: StepMetadata; planning?: boolean };
  resOutputsEvent?: { metadata: StepMetadata; planning?: boolean };
  resOpFailedEvent?: { metadata: StepMetadata; status?: number; steps?: number };
  diagnosticEvent?: DiagnosticEvent;
  summaryEvent?: SummaryEvent;
  cancelEvent?: object;
}

/** What an event tells of a step. */
export interface StepMetadata {
  op: string;
  urn: string;
  type: string;
  old?: StepState | null;
  new?: StepState | null;
  /** The inputs that force the replacement. */
  keys?: readonly string[] | null;
  diffs?: readonly string[] | null;
  /** What differs, by path, where the provider told the engine. */
  detailedDiff?: Readonly<Record<string, unknown>> | null;
}

/** One side of a step: the resource before or after it. */
export interface StepState {
  urn?: string;
  type?: string;
  custom?: boolean;
  id?: string;
  protect?: boolean;
  /** Whether a delete only forgets it. */
  retainOnDelete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A message of the engine, a provider or the program. */
export interface DiagnosticEvent {
  urn?: string;
  prefix?: string;
  message: string;
  severity: string;
  ephemeral?: boolean;
}

/** The end of a run: how many resources each operation has touched. */
export interface SummaryEvent {
  resourceChanges?: Record<string, number>;
  isPreview?: boolean;
  /** `succeeded`, `failed` or `canceled`. */
  result?: string;
  durationSeconds?: number;
}

/** Returns the event's step, whichever of its phases it tells of; `undefined` for an event of another kind. */
export const stepOf = (event: EngineEvent): StepMetadata | undefined =>
  (event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;

/**
 * Splits a URN into the short name of its type and its name:
 * `urn:pulumi:stack::project::parent$pulumi-nodejs:dynamic/sluice:AssetTable::name` → `AssetTable` and `name`.
 */
export function partsOfUrn(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.slice(types.lastIndexOf("$") + 1);
  return { type: type.slice(type.lastIndexOf(":") + 1), name: name.join("::") };
}

/** Tells whether a step's resource holds nothing in AWS, as stacks, components and the engine's own providers do. */
export function hasNoAwsObject(step: StepMetadata): boolean {
  return step.type.startsWith("pulumi:") || !(step.new ?? step.old)?.custom;
}
