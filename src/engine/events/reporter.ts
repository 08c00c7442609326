import { stripVTControlCharacters } from "node:util";
import type { ResourceState } from "../model/resource-state.ts";
import { pathIn } from "../model/property-path.ts";
import { stateOfStep, traitsOf } from "../model/step.ts";
import type { StepOperation, Step } from "../model/step.ts";
import { sameValue } from "../model/struct.ts";
import { isDefaultProvider, nameInUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { Verb } from "../model/verb.ts";
import type { FailureStatus } from "../processes/provider-error.ts";
import type { CheckFailure } from "../processes/provider-calls.ts";
import { metadataOf, statusNumbers } from "./events.ts";
import type {
  DiagnosticEvent,
  EngineEvent,
  EventBody,
  DiagnosticSeverity,
  StateMetadata,
  StepMetadata,
  SummaryEvent,
} from "./events.ts";
import { hideSecrets, secretTextsIn, withHiddenSecrets } from "./hidden-texts.ts";
import type { Hide } from "./hidden-texts.ts";

/** Reports what happens in a run as Pulumi's engine does, and counts it. */
export class Reporter {
  readonly #listener: (event: EngineEvent) => void;
  readonly #verb: Verb;
  readonly #hide: Hide;
  readonly #planning: { planning?: true };
  /** Takes out the secrets of a resource that was worked on, by its URN. */
  readonly #hiding = new Map<string, Hide>();
  readonly #started = performance.now();
  readonly #changes: Record<string, number> = {};
  #sequence = 0;
  #maybeCorrupt = false;
  /** The errors and warnings so far. */
  readonly diagnostics: DiagnosticEvent[] = [];

  constructor(listener: (event: EngineEvent) => void, verb: Verb, hide: Hide = (value) => value) {
    this.#listener = listener;
    this.#verb = verb;
    this.#hide = hide;
    this.#planning = verb === "preview" ? { planning: true } : {};
  }

  /** Returns the number of resources by what was done to them. */
  get changes(): Record<string, number> {
    return { ...this.#changes };
  }

  /** Returns whether anything was, or is to be, done to a resource; reading what the stack does not manage is no change. */
  get hasChanges(): boolean {
    return Object.keys(this.#changes).some((operation) => !unchanging.includes(operation));
  }

  /** Reports that the verb begins. */
  begin(config: Record<string, string>): void {
    this.#emit({ preludeEvent: { config } });
  }

  /** Reports how the verb ended. */
  end(result: SummaryEvent["result"]): void {
    const durationSeconds = Math.ceil((performance.now() - this.#started) / 1000);
    const isPreview = this.#planning.planning === true;
    const facts = { maybeCorrupt: this.#maybeCorrupt, durationSeconds, resourceChanges: this.changes, PolicyPacks: {} };
    this.#emit({ summaryEvent: { ...facts, isPreview, result } });
    this.#emit({ cancelEvent: {} });
  }

  /**
   * Hides the secrets in a resource's inputs from all that is said of it from now on, by whomever. What the program gives comes first: a
   * recorded list is secret as a whole where one item was.
   */
  hideSecretsOf(urn: string, inputs: unknown): void {
    const texts = this.#hiding.has(urn) ? [] : secretTextsIn(inputs);
    if (texts.length > 0) this.#hiding.set(urn, hideSecrets(texts));
  }

  /** Reports an error. */
  error(message: string, urn?: string): void {
    this.diagnose("error", message, { urn });
  }

  /** Reports a warning. */
  warning(message: string, urn?: string): void {
    this.diagnose("warning", message, { urn });
  }

  /** Reports something to know. */
  info(message: string, urn?: string): void {
    this.diagnose("info", message, { urn });
  }

  /** Reports an input that a provider does not take. */
  checkFailure(state: ResourceState, inputs: Properties, { property, reason }: CheckFailure): void {
    const found = property ? withHiddenSecrets(valueAt(inputs, property)) : undefined;
    const value = found === undefined ? "" : ` value {${JSON.stringify(found)}}`;
    const where = property ? `: property ${property}${value}` : "";
    this.error(`${state.type} resource '${nameInUrn(state.urn)}'${where} has a problem: ${reason}`, state.urn);
  }

  /** Reports a message of any severity, without colours and secrets: those of the configuration, and of the resource that it is about. */
  diagnose(severity: DiagnosticSeverity, message: string, about: { urn?: string; ephemeral?: boolean } = {}): void {
    const hideOfResource: Hide = this.#hiding.get(about.urn ?? "") ?? ((text) => text);
    const event: DiagnosticEvent = {
      ...(about.urn ? { urn: about.urn } : {}),
      ...(severity.startsWith("info") ? {} : { prefix: `${severity}: ` }),
      message: `${hideOfResource(this.#hide(stripVTControlCharacters(message)))}\n`,
      color: "never",
      severity,
      ...(about.ephemeral ? { ephemeral: true } : {}),
    };
    if (severity === "error" || severity === "warning") this.diagnostics.push(event);
    this.#emit({ diagnosticEvent: event });
  }

  /** Reports that a step begins. */
  stepBegins(step: Step): void {
    this.hideSecretsOf(stateOfStep(step).urn, [step.old, step.new]);
    this.#emit({ resourcePreEvent: { metadata: this.#metadata(step), ...this.#planning } });
  }

  /** Reports that a step is done. */
  stepSucceeded(step: Step): void {
    // What was found is told only where finding out is all that the run is for.
    const operation = (this.#verb === "refresh" ? step.found : undefined) ?? step.operation;
    const subject = stateOfStep(step);
    if (this.#counts(step) && !isDefaultProvider(subject.urn)) this.#count(operation);
    // A component's outputs come later, by themselves.
    if (!this.#planning.planning && !subject.custom && !["refresh", "delete"].includes(step.operation)) return;
    this.#emit({ resOutputsEvent: { metadata: this.#metadata(step, operation), ...this.#planning } });
  }

  /** Reports that a step failed, and what that means for the object. */
  stepFailed(step: Step, message: string, status: FailureStatus): void {
    const subject = stateOfStep(step);
    const urn = isDefaultProvider(subject.urn) ? undefined : subject.urn;
    this.hideSecretsOf(subject.urn, [step.old, step.new]);
    if (this.#planning.planning) return this.error(`Preview failed: ${message}`, urn);
    if (status === "unknown") this.#maybeCorrupt = true;
    this.error(message, urn);
    const steps = Object.values(this.#changes).reduce((sum, count) => sum + count, 0);
    this.#emit({ resOpFailedEvent: { metadata: this.#metadata(step), status: statusNumbers[status], steps } });
  }

  /** Reports the outputs that a component, or the stack, has got. */
  outputs(step: Step): void {
    this.#emit({ resOutputsEvent: { metadata: this.#metadata(step), ...this.#planning } });
  }

  #metadata(step: Step, operation?: StepOperation): StepMetadata {
    const metadata = metadataOf(step, operation);
    return { ...metadata, old: this.#withoutSecrets(metadata.old), new: this.#withoutSecrets(metadata.new) };
  }

  #withoutSecrets(state: StateMetadata | null): StateMetadata | null {
    return state && { ...state, inputs: this.#hide(state.inputs), outputs: this.#hide(state.outputs) };
  }

  #counts(step: Step): boolean {
    if (step.operation === "refresh") return this.#verb === "refresh";
    if (step.operation === "read") return step.old !== undefined && !sameValue(step.old.outputs, step.new?.outputs);
    return traitsOf(step.operation).logical;
  }

  #count(operation: StepOperation): void {
    this.#changes[operation] = (this.#changes[operation] ?? 0) + 1;
  }

  #emit(body: EventBody): void {
    this.#listener({ sequence: this.#sequence++, timestamp: Math.floor(Date.now() / 1000), ...body });
  }
}

const unchanging: readonly string[] = ["same", "read", "discard"] satisfies StepOperation[];

/** The input that a check names by its name or by a path; `undefined` where nothing is set. */
function valueAt(inputs: Properties, property: string): unknown {
  if (property in inputs) return inputs[property] ?? undefined;
  const path = pathIn(property) ?? [];
  return path.reduce<unknown>((value, key) => (value as Properties | undefined | null)?.[key], inputs) ?? undefined;
}
