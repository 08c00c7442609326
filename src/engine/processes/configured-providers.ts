import { randomUUID } from "node:crypto";
import type { ConfigureResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import type { ResourceDifference } from "../model/difference.ts";
import { EngineError } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { containsUnknown, propertiesForProvider, sameValue } from "../model/struct.ts";
import { nameInUrn, providerReference } from "../model/urn.ts";
import { unknownText } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import type { HostPool } from "./host-pool.ts";
import type { Sdk } from "./protos.ts";
import { MessageCalls } from "./provider-calls.ts";
import { DynamicProvider } from "./provider.ts";
import type { Provider, ProviderSource } from "./provider.ts";

/** What the providers of a run are made from. */
export interface ConfiguredProvidersOptions {
  readonly sdk: Sdk;
  readonly dryRun: boolean;
  readonly hosts: HostPool;
  /** The recorded provider resources, for what the run does not register. */
  readonly base: readonly ResourceState[];
  readonly warn: (message: string, urn: string) => void;
}

/** Configures every provider of a run and hands it out by reference; itself the provider of provider resources. */
export class ConfiguredProviders implements ProviderSource {
  readonly #options: ConfiguredProvidersOptions;
  readonly #configured = new Map<string, Promise<Provider>>();

  constructor(options: ConfiguredProvidersOptions) {
    this.#options = options;
  }

  /** Returns a provider of this run, or one that only the state knows, configured as it was then. */
  get(reference: string): Promise<Provider> {
    const known = this.#configured.get(reference);
    if (known) return known;
    const recorded = this.#options.base.find((state) => providerReference(state) === reference);
    if (!recorded) return Promise.reject(new EngineError(`unknown provider ${reference}`));
    return this.#configure(recorded, recorded.inputs);
  }

  /** Configures an unchanged provider with what was recorded. */
  async resume(state: ResourceState, recordedInputs: Properties): Promise<void> {
    await this.#configure(state, recordedInputs);
  }

  async check(_state: ResourceState, _olds: Properties, news: Properties) {
    return { inputs: news, failures: [] };
  }

  async diff(
    _state: ResourceState,
    comparison: { oldOutputs: Properties; newInputs: Properties },
  ): Promise<ResourceDifference> {
    const changed = !sameValue(comparison.oldOutputs, withoutInternal(comparison.newInputs));
    return { changed, replaces: [], diffs: [], deleteBeforeReplace: false };
  }

  async create(state: ResourceState) {
    const id = this.#options.dryRun ? unknownText : randomUUID();
    await this.#configure({ ...state, id }, state.inputs);
    return { id, outputs: withoutInternal(state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState) {
    await this.#configure({ ...state, id: old.id }, state.inputs);
    return { outputs: withoutInternal(state.inputs) };
  }

  async read(): Promise<never> {
    throw new EngineError("a provider cannot be read");
  }

  async delete(): Promise<void> {}

  #configure(state: ResourceState, inputs: Properties): Promise<Provider> {
    const provider = this.#start(state, inputs);
    this.#configured.set(providerReference(state), provider);
    return provider;
  }

  async #start(state: ResourceState, inputs: Properties): Promise<Provider> {
    const { sdk, dryRun, hosts, warn } = this.#options;
    if (containsUnknown(inputs)) return new UnconfiguredProvider((message) => warn(message, state.urn));
    const host = hosts.take();
    if ("calls" in host) return new DynamicProvider(host.calls, dryRun);
    const request = new sdk.provider.ConfigureRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setId(state.id ?? "");
    const args = propertiesForProvider(withoutInternal(inputs), "keep") as Record<string, JavaScriptValue>;
    request.setArgs(sdk.struct.Struct.fromJavaScript(args));
    request.setAcceptsecrets(true).setAcceptresources(true).setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    // The host lets calls through while it is being configured, so none may be sent before the answer.
    await host.call<ConfigureResponse>((client, answer) => client.configure(request, answer));
    return new DynamicProvider(new MessageCalls(sdk, host), dryRun);
  }
}

/** A provider whose configuration a preview does not know yet: it can say nothing about its resources. */
class UnconfiguredProvider implements Provider {
  readonly #warn: (message: string) => void;
  #warned = false;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  async check(_state: ResourceState, _olds: Properties, news: Properties) {
    return { inputs: news, failures: [] };
  }

  async diff(): Promise<ResourceDifference> {
    if (!this.#warned) {
      this.#warn(
        "The provider for this resource has inputs that are not known during preview.\nThis preview may not correctly represent the changes that will be applied during an update.",
      );
    }
    this.#warned = true;
    return { changed: true, replaces: [], diffs: [], deleteBeforeReplace: false };
  }

  async create() {
    return { id: "", outputs: {} };
  }

  async update() {
    return { outputs: {} };
  }

  async read() {
    return { id: "", outputs: {} };
  }

  async delete(): Promise<void> {}
}

/** Leaves out the key under which Pulumi keeps the plugin's version and the like; the provider never sees it. */
function withoutInternal(inputs: Properties): Properties {
  const { __internal: _, ...rest } = inputs;
  return rest;
}
