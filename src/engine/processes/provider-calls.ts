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
import type { DetailedDiff, PropertyDifference } from "../model/detailed-diff.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { nameInUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { Sdk } from "./protos.ts";
import { ProviderError } from "./provider-error.ts";
import type { ProviderHost, Send } from "./provider-host.ts";

/** Why a provider does not take an input. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** The resource that a call is about. */
export type Asked = Pick<ResourceState, "urn" | "type" | "id">;

/** What is recorded of a resource, and what is wanted. */
export interface AskedChange {
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly newInputs: Properties;
  readonly ignoreChanges: readonly string[];
}

/** What a provider answers to `diff`. */
export interface ProviderDiff {
  /** `undefined` where it has not compared. */
  readonly changed: boolean | undefined;
  readonly replaces: string[];
  readonly diffs: string[];
  readonly detailed?: DetailedDiff;
  readonly deleteBeforeReplace: boolean;
}

/**
 * What the code of dynamic resources is asked, as Pulumi's protocol has it: values are bare, and what is not known is the text that stands for it.
 * A failed call is a `ProviderError`.
 */
export interface ProviderCalls {
  check(
    asked: Asked,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  diff(asked: Asked, change: AskedChange): Promise<ProviderDiff>;
  create(asked: Asked, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  update(asked: Asked, change: AskedChange): Promise<{ outputs: Properties }>;
  read(
    asked: Asked,
    known: { inputs: Properties; outputs: Properties },
  ): Promise<{ id: string; outputs: Properties; inputs?: Properties }>;
  delete(asked: Asked, known: { inputs: Properties; outputs: Properties }): Promise<void>;
}

/** DiffResponse.changes: the host says "unknown" for a provider without `diff`. */
const diffUnknown = 0;
const diffSome = 2;

/** Asks a host by messages. */
export class MessageCalls implements ProviderCalls {
  readonly #sdk: Sdk;
  readonly #host: Pick<ProviderHost, "call">;

  constructor(sdk: Sdk, host: Pick<ProviderHost, "call">) {
    this.#sdk = sdk;
    this.#host = host;
  }

  async check({ urn, type }: Asked, olds: Properties, news: Properties) {
    const request = new this.#sdk.provider.CheckRequest();
    request.setUrn(urn).setName(nameInUrn(urn)).setType(type).setRandomseed(randomBytes(32));
    request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
    const response = await this.#call<CheckResponse>((client, answer) => client.check(request, answer));
    const failures = response
      .getFailuresList()
      .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
    return { inputs: propertiesOf(response.getInputs()), failures };
  }

  async diff(asked: Asked, { oldInputs, oldOutputs, newInputs, ignoreChanges }: AskedChange): Promise<ProviderDiff> {
    const request = this.#about(new this.#sdk.provider.DiffRequest(), asked);
    request.setOldInputs(this.#struct(oldInputs)).setOlds(this.#struct(oldOutputs));
    request.setNews(this.#struct(newInputs)).setIgnorechangesList([...ignoreChanges]);
    const response = await this.#call<DiffResponse>((client, answer) => client.diff(request, answer));
    const changes = Number(response.getChanges());
    return {
      changed: changes === diffUnknown ? undefined : changes === diffSome,
      replaces: response.getReplacesList(),
      diffs: response.getDiffsList(),
      ...(response.getHasdetaileddiff() && { detailed: reportedDifferences(response) }),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create({ urn, type }: Asked, inputs: Properties) {
    const request = new this.#sdk.provider.CreateRequest();
    request.setUrn(urn).setName(nameInUrn(urn)).setType(type).setProperties(this.#struct(inputs));
    const response = await this.#call<CreateResponse>((client, answer) => client.create(request, answer));
    return { id: response.getId(), outputs: propertiesOf(response.getProperties()) };
  }

  async update(asked: Asked, { oldInputs, oldOutputs, newInputs, ignoreChanges }: AskedChange) {
    const request = this.#about(new this.#sdk.provider.UpdateRequest(), asked);
    request.setOldInputs(this.#struct(oldInputs)).setOlds(this.#struct(oldOutputs)).setNews(this.#struct(newInputs));
    request.setIgnorechangesList([...ignoreChanges]);
    const response = await this.#call<UpdateResponse>((client, answer) => client.update(request, answer));
    return { outputs: propertiesOf(response.getProperties()) };
  }

  async read(asked: Asked, { inputs, outputs }: { inputs: Properties; outputs: Properties }) {
    const request = this.#about(new this.#sdk.provider.ReadRequest(), asked);
    request.setInputs(this.#struct(inputs)).setProperties(this.#struct(outputs));
    const response = await this.#call<ReadResponse>((client, answer) => client.read(request, answer));
    return {
      id: response.getId(),
      outputs: propertiesOf(response.getProperties()),
      ...(response.hasInputs() && { inputs: propertiesOf(response.getInputs()) }),
    };
  }

  async delete(asked: Asked, { inputs, outputs }: { inputs: Properties; outputs: Properties }): Promise<void> {
    const request = this.#about(new this.#sdk.provider.DeleteRequest(), asked);
    request.setProperties(this.#struct(outputs)).setOldInputs(this.#struct(inputs));
    await this.#call<Empty>((client, answer) => client.delete(request, answer));
  }

  async #call<Response>(send: Send<Response>): Promise<Response> {
    try {
      return await this.#host.call(send);
    } catch (error) {
      throw error instanceof ProviderError ? error : ProviderError.from(this.#sdk, error as ServiceError);
    }
  }

  #about<Request extends AboutObject>(request: Request, { urn, type, id = "" }: Asked): Request {
    request.setUrn(urn);
    request.setName(nameInUrn(urn));
    request.setType(type);
    request.setId(id);
    return request;
  }

  #struct(properties: Properties): Struct {
    return this.#sdk.struct.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
  }
}

/** A request about an object that is there. */
interface AboutObject {
  setUrn(urn: string): unknown;
  setName(name: string): unknown;
  setType(type: string): unknown;
  setId(id: string): unknown;
}

function propertiesOf(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Reads the differences that a provider has found itself. */
function reportedDifferences(response: DiffResponse): DetailedDiff {
  const differences: Record<string, PropertyDifference> = {};
  response.getDetaileddiffMap().forEach((difference, path) => {
    differences[path] = { diffKind: kindsOfDifference[difference.getKind()]!, inputDiff: difference.getInputdiff() };
  });
  return differences;
}

/** By their numbers in Pulumi's protocol. */
const kindsOfDifference = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"] as const;
