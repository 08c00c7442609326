import { detailedDiff } from "../model/detailed-diff.ts";
import type { ResourceDifference } from "../model/difference.ts";
import { ignoreChanges as withIgnored } from "../model/ignore-changes.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { changedKeys, containsUnknown, propertiesForProvider, markSecrets } from "../model/struct.ts";
import type { Properties } from "../model/values.ts";
import type { AskedChange, CheckFailure, ProviderCalls } from "./provider-calls.ts";
import { ProviderError } from "./provider-error.ts";

/** What a provider compares. */
export interface Comparison extends AskedChange {
  /** A cascade asks with unknowns in a real run too. */
  readonly unknowns?: "keep";
}

/** What manages resources of one provider. Its methods are Pulumi's, and a failed call is a `ProviderError`. */
export interface Provider {
  /** Returns the inputs with the provider's defaults, and what is wrong with them. */
  check(
    state: ResourceState,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  /** Returns how what is recorded differs from what is wanted. */
  diff(state: ResourceState, comparison: Comparison): Promise<ResourceDifference>;
  /** Creates the object; returns its id and outputs. */
  create(state: ResourceState): Promise<{ id: string; outputs: Properties }>;
  /** Brings the object to the new state's inputs; returns its outputs. */
  update(old: ResourceState, state: ResourceState): Promise<{ outputs: Properties }>;
  /** Reads the object back; one that is gone has an empty id. */
  read(state: ResourceState, properties: Properties): Promise<{ id: string; outputs: Properties; inputs?: Properties }>;
  /** Deletes the object. */
  delete(state: ResourceState): Promise<void>;
}

/** All providers of a run; itself the provider of provider resources. */
export interface ProviderSource extends Provider {
  /** Returns the provider that a resource names by `URN::ID`, ready to be asked. */
  get(reference: string): Promise<Provider>;
  /** Makes an unchanged provider ready, with the inputs that are recorded. */
  resume(state: ResourceState, recordedInputs: Properties): Promise<void>;
}

/** Asks the code of dynamic resources, which knows nothing of secrets, references and previews. */
export class DynamicProvider implements Provider {
  readonly #calls: ProviderCalls;
  readonly #dryRun: boolean;
  readonly #unknowns: "keep" | "drop";

  constructor(calls: ProviderCalls, dryRun: boolean) {
    this.#calls = calls;
    this.#dryRun = dryRun;
    this.#unknowns = dryRun ? "keep" : "drop";
  }

  async check(state: ResourceState, olds: Properties, news: Properties) {
    const { inputs, failures } = await this.#calls.check(state, this.#bare(olds), this.#bare(news));
    return { inputs: markSecrets(this.#known(state, inputs), news), failures };
  }

  async diff(
    state: ResourceState,
    { oldInputs, oldOutputs, newInputs, ignoreChanges, unknowns }: Comparison,
  ): Promise<ResourceDifference> {
    const { changed, ...answer } = await this.#calls.diff(state, {
      oldInputs: this.#bare(oldInputs, unknowns),
      oldOutputs: this.#bare(oldOutputs, unknowns),
      newInputs: this.#bare(newInputs, unknowns),
      ignoreChanges,
    });
    if (changed !== undefined) return { changed, ...answer };
    const { replaces, deleteBeforeReplace } = answer;
    const wanted = withIgnored(newInputs, oldInputs, ignoreChanges).inputs;
    const diffs = changedKeys(oldInputs, wanted);
    const detailed = diffs.length > 0 ? detailedDiff(oldInputs, wanted) : undefined;
    return { changed: diffs.length > 0, replaces, diffs, detailed, deleteBeforeReplace };
  }

  /** Creates the object. The code cannot preview: all that a preview knows of the outputs is the inputs. */
  async create(state: ResourceState) {
    if (this.#dryRun) return { id: "", outputs: { ...state.inputs } };
    const { id, outputs } = await this.#calls.create(state, this.#bare(state.inputs));
    if (!id) throw new ProviderError(`plugin returned empty resource.ID from create '${state.urn}'`, "unknown");
    return { id, outputs: markSecrets(this.#known(state, outputs), state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState) {
    if (this.#dryRun) return { outputs: { ...state.inputs } };
    const { urn, type } = state;
    const change = {
      oldInputs: this.#bare(old.inputs),
      oldOutputs: this.#bare(old.outputs),
      newInputs: this.#bare(state.inputs),
      ignoreChanges: state.ignoreChanges ?? [],
    };
    const { outputs } = await this.#calls.update({ urn, type, ...(old.id !== undefined && { id: old.id }) }, change);
    return { outputs: markSecrets(this.#known(state, outputs), state.inputs) };
  }

  async read(state: ResourceState, properties: Properties) {
    const known = { inputs: this.#bare(state.inputs), outputs: this.#bare(properties) };
    const { id, outputs, inputs } = await this.#calls.read(state, known);
    return {
      id,
      outputs: markSecrets(this.#known(state, outputs), properties),
      inputs: inputs && markSecrets(this.#known(state, inputs), state.inputs),
    };
  }

  async delete(state: ResourceState): Promise<void> {
    await this.#calls.delete(state, { inputs: this.#bare(state.inputs), outputs: this.#bare(state.outputs) });
  }

  #bare(properties: Properties, unknowns: "keep" | "drop" = this.#unknowns): Properties {
    return propertiesForProvider(properties, unknowns);
  }

  #known(state: ResourceState, properties: Properties): Properties {
    if (this.#unknowns === "drop" && containsUnknown(properties)) {
      throw new ProviderError(`unexpected unknown property value for ${state.urn}`, "unknown");
    }
    return properties;
  }
}
