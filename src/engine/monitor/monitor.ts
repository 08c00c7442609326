import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Conductor } from "./queue.ts";
import { Stopped } from "./queue.ts";
import type { Deployment } from "../decide/deployment.ts";
import { EngineError, messageOf, unsupported } from "../model/engine-error.ts";
import type { Goal } from "../model/goal.ts";
import type { Sdk } from "../processes/protos.ts";
import { DYNAMIC_PACKAGE, refuseReading, refuseRegistration } from "./request-refusals.ts";
import { goalOf, inputsOf, readingOf } from "./requests.ts";
import { originOf } from "../model/source-position.ts";
import { fromProgram } from "../model/struct.ts";
import { isProviderType, makeUrn, packageOf, providerReference } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";

export interface MonitorOptions {
  readonly sdk: Sdk;
  readonly deployment: Deployment;
  readonly conductor: Conductor;
  readonly parallel: number;
  /** The project's folder. */
  readonly root: string;
  /** The stack's whole configuration, which the default provider gets. */
  readonly config: Properties;
  /** The program asked for something that this engine does not do. */
  readonly onRefusal: (error: EngineError) => void;
  /** The program has registered everything. The answer lets it end. */
  readonly onComplete: () => Promise<void>;
}

/** Each method by its name: the generated type takes any name, and misses none. */
type Service = {
  [Method in keyof IResourceMonitorServer as string extends Method ? never : Method]: IResourceMonitorServer[Method];
};

/** The service that the program's SDK registers resources with. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #goals = new Map<string, Goal>();
  /** By component, the provider for each package of its children. */
  readonly #componentProviders = new Map<string, Record<string, string>>();
  #defaultProvider: Promise<string> | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  service(): UntypedServiceImplementation {
    const { resource, empty } = this.#options.sdk;
    const service: Service = {
      getDeploymentInfo: this.#unary(async () => this.#deploymentInfo()),
      supportsFeature: this.#unary(async (request) =>
        new resource.SupportsFeatureResponse().setHassupport(LEGACY_FEATURES.has(request.getId())),
      ),
      registerResource: this.#unary((request) => this.#register(request)),
      readResource: this.#unary((request) => this.#read(request)),
      registerResourceOutputs: this.#unary(async (request) => {
        const outputs = fromProgram((request.getOutputs()?.toJavaScript() ?? {}) as Properties);
        await this.#options.conductor.outputs(request.getUrn(), outputs).catch(unlessStopped);
        return new empty.Empty();
      }),
      signalAndWaitForShutdown: this.#unary(async () => {
        await this.#options.onComplete();
        return new empty.Empty();
      }),
      invoke: this.#refused((request) => `The function ${request.getTok()}`),
      call: this.#refused((request) => `The method ${request.getTok()}`),
      existsResource: this.#refused(() => "Asking whether a resource exists"),
      registerStackTransform: this.#refused(() => "A transform of the stack"),
      registerStackInvokeTransform: this.#refused(() => "An invoke transform"),
      registerResourceHook: this.#refused((request) => `The resource hook ${JSON.stringify(request.getName())}`),
      registerErrorHook: this.#refused((request) => `The error hook ${JSON.stringify(request.getName())}`),
      registerPackage: this.#refused((request) => `The package ${request.getName()}`),
    };
    return service;
  }

  async #register(request: RegisterResourceRequest) {
    const { sdk, conductor, deployment, root } = this.#options;
    const inputs = inputsOf(request);
    refuseRegistration(request, inputs);
    const parent = this.#goals.get(request.getParent());
    const provider = request.getCustom() ? await this.#providerFor(request, parent) : undefined;
    const goal = { ...goalOf(request, inputs, provider, parent), origin: originOf(request, root) };
    if (!goal.custom) this.#rememberProviders(request);
    const state = await conductor.register(goal);
    this.#goals.set(state.urn, goal);
    // A component's recorded outputs may refer to what is not registered yet.
    const outputs = goal.custom ? state.outputs : {};
    return new sdk.resource.RegisterResourceResponse()
      .setUrn(state.urn)
      .setId(state.id ?? "")
      .setObject(sdk.struct.Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>))
      .setUnknown(deployment.decided.leftOut.has(state.urn));
  }

  async #read(request: ReadResourceRequest) {
    const { sdk, conductor, root } = this.#options;
    refuseReading(request);
    const provider = request.getProvider() || (await this.#defaultProviderReference());
    const state = await conductor.read({ ...readingOf(request, provider), origin: originOf(request, root) });
    return new sdk.resource.ReadResourceResponse()
      .setUrn(state.urn)
      .setProperties(sdk.struct.Struct.fromJavaScript(state.outputs as Record<string, JavaScriptValue>));
  }

  async #providerFor(request: RegisterResourceRequest, parent: Goal | undefined): Promise<string | undefined> {
    const type = request.getType();
    if (isProviderType(type)) return undefined;
    const inherited = this.#componentProviders.get(request.getParent())?.[packageOf(type)] ?? parent?.provider;
    return (
      request.getProvider() ||
      request.getProvidersMap().get(packageOf(type)) ||
      inherited ||
      (await this.#defaultProviderReference())
    );
  }

  #rememberProviders(request: RegisterResourceRequest): void {
    const { stack, project } = this.#options.deployment;
    const urn = makeUrn(stack, project, request.getParent(), request.getType(), request.getName());
    const given = Object.fromEntries(request.getProvidersMap().entries());
    this.#componentProviders.set(urn, { ...this.#componentProviders.get(request.getParent()), ...given });
  }

  /** Registered once a run, right before the first resource that needs it. */
  #defaultProviderReference(): Promise<string> {
    this.#defaultProvider ??= this.#options.conductor
      .register({
        type: `pulumi:providers:${DYNAMIC_PACKAGE}`,
        name: "default",
        custom: true,
        inputs: this.#options.config,
        dependencies: [],
        propertyDependencies: {},
        replaceWith: [],
        ignoreChanges: [],
        replaceOnChanges: [],
        additionalSecretOutputs: [],
        hideDiff: [],
        aliases: [],
      })
      .then(providerReference);
    return this.#defaultProvider;
  }

  #deploymentInfo() {
    const { sdk, deployment, parallel } = this.#options;
    const features = sdk.resource.ResourceMonitorFeature;
    return new sdk.resource.DeploymentInfo()
      .setProject(deployment.project)
      .setStack(deployment.stack)
      .setOrganization("organization")
      .setDryrun(deployment.dryRun)
      .setParallel(parallel)
      .setSupportedfeaturesList(FEATURES.map((name) => features[`RESOURCE_MONITOR_FEATURE_${name}`]));
  }

  #refused<Request, Response>(what: (request: Request) => string) {
    return this.#unary<Request, Response>(async (request) => {
      throw unsupported(what(request));
    });
  }

  /** The SDK takes UNAVAILABLE as "the engine is going": it waits for nothing more and says nothing. */
  #unary<Request, Response>(handle: (request: Request) => Promise<Response>) {
    const { grpc } = this.#options.sdk;
    return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => {
      handle(call.request).then(
        (response) => answer(null, response),
        (error: unknown) => {
          // The SDK swallows some errors and reprints others as the program's own, so the engine tells of them first.
          if (!(error instanceof Stopped)) this.#options.onRefusal(asEngineError(error));
          answer({ code: grpc.status.UNAVAILABLE, details: "resource monitor shut down" });
        },
      );
    };
  }
}

/**
 * Some of these are refused all the same: a feature that is not announced makes the SDK advise to update the Pulumi CLI,
 * whereas the request itself can be refused by name.
 */
const FEATURES = [
  "SECRETS",
  "RESOURCE_REFERENCES",
  "OUTPUT_VALUES",
  "ALIAS_SPECS",
  "DELETED_WITH",
  "REPLACE_WITH",
  "TRANSFORMS",
  "INVOKE_TRANSFORMS",
  "PARAMETERIZATION",
  "RESOURCE_HOOKS",
  "ERROR_HOOKS",
] as const;

/** What SDKs ask for one by one that do not know the list above. */
const LEGACY_FEATURES = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
]);

/** Nobody waits for outputs in a run that is ending, and the SDK would print a refusal of them with a stack. */
function unlessStopped(error: unknown): void {
  if (!(error instanceof Stopped)) throw error;
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError(messageOf(error), { cause: error });
}
