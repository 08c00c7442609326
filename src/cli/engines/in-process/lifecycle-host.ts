import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { dynamic } from "@pulumi/pulumi";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { ProviderError } from "../../../engine/index.ts";
import type { Launcher } from "../../../engine/index.ts";
import { fillPaths } from "../../../../providers/pulumi/diff-answer.ts";
import type { DiffAnswer } from "../../../../providers/pulumi/diff-answer.ts";
import { WorkUnderWay } from "../../../../providers/pulumi/process-end.ts";
import type { Host } from "../../../../providers/pulumi/host.ts";
import type { Interrupted } from "../../../../providers/lifecycle/interrupted.ts";
import { nameProperties } from "../../../../providers/lifecycle/urns.ts";
import { runProviders } from "../../../../providers/run-providers.ts";
import { patienceMs } from "../engine-contract.ts";
import { engineProgress } from "./engine-progress.ts";

type Sdk = Parameters<Launcher["startHost"]>[0];
type RunningHost = ReturnType<Launcher["startHost"]>;
type Properties = Record<string, unknown>;

/** What the host is started with. */
export interface LifecycleHostOptions {
  sdk: Sdk;
  engine: UntypedServiceImplementation;
  /** As a host process would be given it. */
  environment: NodeJS.ProcessEnv;
  /** Aborted when the command is to end. */
  signal: AbortSignal;
}

/** Starts what answers the engine's requests by the lifecycles, as the SDK's host of dynamic resources would. */
export function startLifecycleHost({ sdk, engine, environment, signal }: LifecycleHostOptions): RunningHost {
  const ending = new AbortController();
  const underWay = new WorkUnderWay();
  const hurry = () => setTimeout(() => ending.abort(), patienceMs).unref();
  signal.addEventListener("abort", hurry, { once: true });
  const begun = JSON.parse(environment["SLUICE_INTERRUPTED"] ?? "{}") as Record<string, Interrupted>;
  const host: Host = {
    progressOf: engineProgress(sdk, engine),
    signal: ending.signal,
    // It is this process.
    assertEngineLives: async () => undefined,
    interruptedCreate: async (urn) => begun[urn],
    trackWork: underWay.track,
    isPlannedElsewhere: () => environment["SLUICE_PREFLIGHT"] === "done",
    isForeseen: () => environment["SLUICE_PREFLIGHT"] === "foreseen",
    isAdopting: () => environment["SLUICE_ADOPT"] === "1",
    isToldElsewhere: () => true,
  };
  const client = clientOf(sdk, runProviders(host)) as unknown as ResourceProviderClient;
  return {
    call: (send) =>
      new Promise((resolve, reject) => {
        send(client, (error, response) => (error ? reject(error) : resolve(response)));
      }),
    cancel: async () => undefined,
    async close() {
      signal.removeEventListener("abort", hurry);
      ending.abort();
      await underWay.ended();
    },
  };
}

/** Answers each method that the engine calls. */
function clientOf(sdk: Sdk, providers: ReadonlyMap<string, dynamic.ResourceProvider>) {
  const { provider: messages, empty } = sdk;
  const of = (properties: Properties) => {
    const provider = providers.get(String(properties["__provider"]));
    if (provider) return provider as Required<dynamic.ResourceProvider>;
    throw new Error("The state has a resource of another provider than Sluice's. Run it with --isolated.");
  };
  const struct = (properties: Properties, from: Properties) =>
    sdk.struct.Struct.fromJavaScript({ ...properties, __provider: from["__provider"] } as Record<
      string,
      JavaScriptValue
    >);
  return {
    configure: method(async () => new messages.ConfigureResponse().setAcceptsecrets(false)),
    check: method(async (request: CheckRequest) => {
      const news = propertiesOf(request.getNews());
      const { inputs = news, failures = [] } = await of(news).check(propertiesOf(request.getOlds()), news);
      return new messages.CheckResponse()
        .setInputs(struct(inputs as Properties, news))
        .setFailuresList(
          failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason)),
        );
    }),
    diff: method(async (request: DiffRequest) => {
      const news = propertiesOf(request.getNews());
      const answer = await of(news).diff(request.getId(), propertiesOf(request.getOlds()), news);
      const { changes, replaces = [], deleteBeforeReplace = false, paths } = answer as DiffAnswer;
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      const response = new messages.DiffResponse()
        .setChanges(changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(replaces)
        .setDeletebeforereplace(deleteBeforeReplace);
      fillPaths(response, paths, messages);
      return response;
    }),
    create: method(async (request: CreateRequest) => {
      const inputs = propertiesOf(request.getProperties());
      const { id, outs } = await of(inputs).create(inputs);
      return new messages.CreateResponse().setId(id).setProperties(struct(outs as Properties, inputs));
    }),
    update: method(async (request: UpdateRequest) => {
      const news = propertiesOf(request.getNews());
      const { outs } = await of(news).update(request.getId(), propertiesOf(request.getOlds()), news);
      return new messages.UpdateResponse().setProperties(struct(outs as Properties, news));
    }),
    read: method(async (request: ReadRequest) => {
      const outputs = propertiesOf(request.getProperties());
      const known = Object.keys(outputs).length > 0 ? outputs : propertiesOf(request.getInputs());
      const { id, props, inputs } = await of(known).read(request.getId(), nameProperties(known, request.getUrn()));
      const response = new messages.ReadResponse().setId(id ?? "").setProperties(struct(props as Properties, known));
      return inputs ? response.setInputs(struct(inputs as Properties, known)) : response;
    }),
    delete: method(async (request: DeleteRequest) => {
      const outputs = propertiesOf(request.getProperties());
      await of(outputs).delete(request.getId(), nameProperties(outputs, request.getUrn()));
      return new empty.Empty();
    }),
  };
}

function propertiesOf(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

type Answer<Response> = (error: Error | null, response?: Response) => void;

function method<Request, Response>(handle: (request: Request) => Promise<Response>) {
  return (request: Request, answer: Answer<Response>) => {
    handle(request).then(
      (response) => answer(null, response),
      (error: Error) => answer(asProviderError(error)),
    );
  };
}

/** What an error of a provider may carry of an object that is half done. */
interface PartialError extends Error {
  id?: string;
  properties?: Properties;
  reasons?: string[];
}

function asProviderError(error: PartialError): ProviderError {
  const { id, properties: outputs = {}, reasons = [] } = error;
  if (id) return ProviderError.ofPartial({ id, outputs, reasons }, error);
  return new ProviderError(error.message, "unknown", { cause: error });
}
