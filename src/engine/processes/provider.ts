import { randomBytes } from "node:crypto";
import type { ServiceError } from "@grpc/grpc-js";
import type {
  CheckResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { detailedDiff } from "../model/detailed-diff.ts";
import type { DetailedDiff, PropertyDifference } from "../model/detailed-diff.ts";
import type { ResourceDifference } from "../model/difference.ts";
import { ignoreChanges as withIgnored } from "../model/ignore-changes.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { changedKeys, containsUnknown, propertiesForProvider, markSecrets } from "../model/struct.ts";
import { nameInUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { RunningHost } from "./launcher.ts";
import type { Sdk } from "./protos.ts";
import { ProviderError } from "./provider-error.ts";
import type { Send } from "./provider-host.ts";

/** Why a provider does not take an input. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What a provider compares. */
export interface Comparison {
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly newInputs: Properties;
  readonly ignoreChanges: readonly string[];
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
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
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

/** DiffResponse.changes: the host says "unknown" for a provider without `diff`. */
const diffUnknown = 0;
const diffSome = 2;

/** Asks a configured provider in a host. */
export class HostedProvider implements Provider {
  readonly #sdk: Sdk;
  readonly #host: RunningHost;
  readonly #dryRun: boolean;
  readonly #unknowns: "keep" | "drop";

  constructor(sdk: Sdk, host: RunningHost, dryRun: boolean) {
    this.#sdk = sdk;
    this.#host = host;
    this.#dryRun = dryRun;
    this.#unknowns = dryRun ? "keep" : "drop";
  }

  async check(state: ResourceState, olds: Properties, news: Properties) {
    const request = new this.#sdk.provider.CheckRequest();
    request.setUrn(state.urn).setName(nameInUrn(state.urn)).setType(state.type).setRandomseed(randomBytes(32));
    request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
    const response = await this.#call<CheckResponse>((client, answer) => client.check(request, answer));
    const inputs = markSecrets(this.#known(state, response.getInputs()), news);
    const failures = response
      .getFailuresList()
      .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
    return { inputs, failures };
  }

  async diff(
    state: ResourceState,
    { oldInputs, oldOutputs, newInputs, ignoreChanges, unknowns }: Comparison,
  ): Promise<ResourceDifference> {
    const request = new this.#sdk.provider.DiffRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setId(state.id ?? "");
    request.setOldInputs(this.#struct(oldInputs, unknowns)).setOlds(this.#struct(oldOutputs, unknowns));
    request.setNews(this.#struct(newInputs, unknowns)).setIgnorechangesList([...ignoreChanges]);
    const response = await this.#call<DiffResponse>((client, answer) => client.diff(request, answer));
    const replaces = response.getReplacesList();
    const deleteBeforeReplace = response.getDeletebeforereplace();
    if (Number(response.getChanges()) !== diffUnknown) {
      const changed = Number(response.getChanges()) === diffSome;
      const detailed = response.getHasdetaileddiff() ? reportedDifferences(response) : undefined;
      return { changed, replaces, diffs: response.getDiffsList(), detailed, deleteBeforeReplace };
    }
    const wanted = withIgnored(newInputs, oldInputs, ignoreChanges).inputs;
    const diffs = changedKeys(oldInputs, wanted);
    const detailed = diffs.length > 0 ? detailedDiff(oldInputs, wanted) : undefined;
    return { changed: diffs.length > 0, replaces, diffs, detailed, deleteBeforeReplace };
  }

  /** Creates the object. The host cannot preview: all that a preview knows of the outputs is the inputs. */
  async create(state: ResourceState) {
    if (this.#dryRun) return { id: "", outputs: { ...state.inputs } };
    const request = new this.#sdk.provider.CreateRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setProperties(this.#struct(state.inputs));
    const response = await this.#call<CreateResponse>((client, answer) => client.create(request, answer));
    const id = response.getId();
    if (!id) throw new ProviderError(`plugin returned empty resource.ID from create '${state.urn}'`, "unknown");
    return { id, outputs: markSecrets(this.#known(state, response.getProperties()), state.inputs) };
  }

  async update(old: ResourceState, state: ResourceState) {
    if (this.#dryRun) return { outputs: { ...state.inputs } };
    const request = new this.#sdk.provider.UpdateRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setId(old.id ?? "");
    request
      .setOldInputs(this.#struct(old.inputs))
      .setOlds(this.#struct(old.outputs))
      .setNews(this.#struct(state.inputs));
    request.setIgnorechangesList([...(state.ignoreChanges ?? [])]);
    const response = await this.#call<UpdateResponse>((client, answer) => client.update(request, answer));
    return { outputs: markSecrets(this.#known(state, response.getProperties()), state.inputs) };
  }

  async read(state: ResourceState, properties: Properties) {
    const request = new this.#sdk.provider.ReadRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setId(state.id ?? "");
    request.setInputs(this.#struct(state.inputs)).setProperties(this.#struct(properties));
    const response = await this.#call<ReadResponse>((client, answer) => client.read(request, answer));
    const outputs = markSecrets(this.#known(state, response.getProperties()), properties);
    const inputs = response.hasInputs()
      ? markSecrets(this.#known(state, response.getInputs()), state.inputs)
      : undefined;
    return { id: response.getId(), outputs, inputs };
  }

  async delete(state: ResourceState): Promise<void> {
    const request = new this.#sdk.provider.DeleteRequest();
    request
      .setUrn(state.urn)
      .setName(nameInUrn(state.urn))
      .setType(state.type)
      .setId(state.id ?? "");
    request.setProperties(this.#struct(state.outputs)).setOldInputs(this.#struct(state.inputs));
    await this.#call<Empty>((client, answer) => client.delete(request, answer));
  }

  async #call<Response>(send: Send<Response>): Promise<Response> {
    try {
      return await this.#host.call(send);
    } catch (error) {
      throw error instanceof ProviderError ? error : ProviderError.from(this.#sdk, error as ServiceError);
    }
  }

  #struct(properties: Properties, unknowns: "keep" | "drop" = this.#unknowns): Struct {
    return this.#sdk.struct.Struct.fromJavaScript(
      propertiesForProvider(properties, unknowns) as Record<string, JavaScriptValue>,
    );
  }

  #known(state: ResourceState, struct: Struct | undefined): Properties {
    const properties = (struct?.toJavaScript() ?? {}) as Properties;
    if (this.#unknowns === "drop" && containsUnknown(properties)) {
      throw new ProviderError(`unexpected unknown property value for ${state.urn}`, "unknown");
    }
    return properties;
  }
}

/** Reads the differences that a provider has found itself. */
function reportedDifferences(response: DiffResponse): DetailedDiff {
  const told: Record<string, PropertyDifference> = {};
  response.getDetaileddiffMap().forEach((difference, path) => {
    told[path] = { diffKind: kindsOfDifference[difference.getKind()]!, inputDiff: difference.getInputdiff() };
  });
  return told;
}

/** By their numbers in Pulumi's protocol. */
const kindsOfDifference = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"] as const;
