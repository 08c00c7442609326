import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type { Launcher } from "../../../src/engine/index.ts";
import { adoptEnvironment } from "./environment.ts";

type Start = Launcher["startHost"];
type Sdk = Parameters<Start>[0];
type Values = Record<string, unknown>;

/** A provider as the code of a dynamic resource has it. */
interface DynamicProvider {
  check(olds: Values, news: Values): Promise<{ inputs: Values; failures?: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Values,
    news: Values,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Values): Promise<{ id: string; outs: Values }>;
  update(id: string, olds: Values, news: Values): Promise<{ outs: Values }>;
  /** The URN, which the SDK's host drops, is what Sluice's providers have it tell all the same. */
  read(id: string, properties: Values, urn: string): Promise<{ id: string; props: Values; inputs?: Values }>;
  delete(id: string, properties: Values, urn: string): Promise<void>;
}

/** What an error of a provider may carry of an object that is half done. */
interface Partial extends Error {
  id?: string;
  properties?: Values;
  reasons?: string[];
}

/** Serves the project's `provider.cjs` on a port of its own, and answers as the SDK's host of dynamic resources does. */
export const startHost: Start = (sdk, { folder, environment }) => {
  adoptEnvironment(environment);
  const provider = createRequire(join(folder, "_"))("./provider.cjs") as DynamicProvider;
  const server = new sdk.grpc.Server();
  server.addService(sdk.providerServices.ResourceProviderService, serviceOf(sdk, provider));
  const client = new Promise<InstanceType<Sdk["providerServices"]["ResourceProviderClient"]>>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", sdk.grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) return reject(error);
      const { ResourceProviderClient: Client } = sdk.providerServices;
      resolve(new Client(`127.0.0.1:${port}`, sdk.grpc.credentials.createInsecure()));
    });
  });
  return {
    async call(send) {
      const connected = await client;
      return new Promise((resolve, reject) => {
        send(connected, (error, response) => (error ? reject(error) : resolve(response)));
      });
    },
    cancel: async () => undefined,
    async close() {
      (await client).close();
      server.forceShutdown();
    },
  };
};

function serviceOf(sdk: Sdk, provider: DynamicProvider): Grpc.UntypedServiceImplementation {
  const { provider: messages, empty } = sdk;
  const struct = (values: Values) => sdk.struct.Struct.fromJavaScript(values as never);
  /** The SDK's host hands the provider's code on with the resource. */
  const withCode = (values: Values, from: Values) => struct({ ...values, __provider: from["__provider"] });
  const method =
    <Response>(answer: (request: Request) => Promise<Response>) =>
    (call: { request: Request }, callback: Grpc.sendUnaryData<Response>) => {
      answer(call.request).then(
        (response) => callback(null, response),
        (error: Partial) => callback(failureOf(sdk, error)),
      );
    };
  return {
    configure: method(async () => new messages.ConfigureResponse()),
    check: method(async (request) => {
      const news = request.getNews().toJavaScript();
      const { inputs, failures = [] } = await provider.check(request.getOlds().toJavaScript(), news);
      return new messages.CheckResponse()
        .setInputs(withCode(inputs, news))
        .setFailuresList(
          failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason)),
        );
    }),
    diff: method(async (request) => {
      const olds = request.getOlds().toJavaScript();
      const answer = await provider.diff(request.getId(), olds, request.getNews().toJavaScript());
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse()
        .setChanges(answer.changes ? DIFF_SOME : DIFF_NONE)
        .setReplacesList(answer.replaces)
        .setDeletebeforereplace(answer.deleteBeforeReplace);
    }),
    create: method(async (request) => {
      const inputs = request.getProperties().toJavaScript();
      const { id, outs } = await provider.create(inputs);
      return new messages.CreateResponse().setId(id).setProperties(withCode(outs, inputs));
    }),
    update: method(async (request) => {
      const news = request.getNews().toJavaScript();
      const { outs } = await provider.update(request.getId(), request.getOlds().toJavaScript(), news);
      return new messages.UpdateResponse().setProperties(withCode(outs, news));
    }),
    read: method(async (request) => {
      const outputs = request.getProperties()?.toJavaScript() ?? {};
      const properties = Object.keys(outputs).length > 0 ? outputs : (request.getInputs()?.toJavaScript() ?? {});
      const { id, props, inputs } = await provider.read(request.getId(), properties, request.getUrn());
      const response = new messages.ReadResponse().setId(id).setProperties(withCode(props, properties));
      return inputs ? response.setInputs(withCode(inputs, properties)) : response;
    }),
    delete: method(async (request) => {
      await provider.delete(request.getId(), request.getProperties().toJavaScript(), request.getUrn());
      return new empty.Empty();
    }),
  };
}

/** The parts of every request that the provider is given. */
interface Request {
  getId(): string;
  getUrn(): string;
  getOlds(): Properties;
  getNews(): Properties;
  getProperties(): Properties;
  getInputs(): Properties | undefined;
}

interface Properties {
  toJavaScript(): Values;
}

/** An object that exists all the same travels in the details of the error. */
function failureOf({ grpc, provider, struct, resolve }: Sdk, error: Partial): Grpc.ServiceError {
  const metadata = new grpc.Metadata();
  const { message } = error;
  const failure = { name: "ServiceError", code: grpc.status.UNKNOWN, message, details: message, metadata };
  if (!error.id) return failure;
  const load = createRequire(resolve("package.json"));
  const { Any } = load("google-protobuf/google/protobuf/any_pb.js");
  const { Status } = load("./proto/status_pb.js");
  const initFailed = new provider.ErrorResourceInitFailed().setId(error.id).setReasonsList(error.reasons ?? []);
  initFailed.setProperties(struct.Struct.fromJavaScript((error.properties ?? {}) as never));
  const details = new Any();
  details.pack(initFailed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(details);
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return failure;
}
