import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { RunStopped } from "../decide/run-errors.ts";
import type { Run } from "../decide/run.ts";
import { EngineError, messageOf, unsupportedError } from "../model/engine-error.ts";
import type { Goal } from "../model/goal.ts";
import { originOf } from "../model/source-position.ts";
import { propertiesFromProgram } from "../model/struct.ts";
import { makeUrn } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { Sdk } from "../processes/protos.ts";
import { announcedFeatures, legacyFeatures } from "./features.ts";
import { ProviderReferences } from "./provider-references.ts";
import type { RequestQueue } from "./queue.ts";
import { refuseReading, refuseRegistration } from "./request-refusals.ts";
import { goalOf, inputsOf, readGoalOf } from "./requests.ts";
import { Transforms } from "./transforms.ts";

/** What the monitor is made from. */
export interface MonitorOptions {
  readonly sdk: Sdk;
  readonly run: Run;
  readonly queue: RequestQueue;
  /** The project's folder. */
  readonly root: string;
  /** The stack's whole configuration, which the default provider gets. */
  readonly config: Properties;
}

/** Each method by its name: the generated type takes any name, and misses none. */
type Service = {
  [Method in keyof IResourceMonitorServer as string extends Method ? never : Method]: IResourceMonitorServer[Method];
};

/** Serves the requests by which the program's SDK registers resources. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #goals = new Map<string, Goal>();
  readonly #providers: ProviderReferences;
  readonly #transforms: Transforms;
  readonly #complete = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #isComplete = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#transforms = new Transforms(options.sdk);
    this.#providers = new ProviderReferences(options.queue, options.config);
  }

  /** Resolves when the program has registered everything; it lives on until `release`. */
  get complete(): Promise<void> {
    return this.#complete.promise;
  }

  /** Returns whether the program has registered everything. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Lets the program end. */
  release(): void {
    this.#transforms.close();
    this.#released.resolve();
  }

  /** Returns the methods of the gRPC service. */
  service(): UntypedServiceImplementation {
    const { resource, empty } = this.#options.sdk;
    const service: Service = {
      getDeploymentInfo: this.#unary(async () => this.#deploymentInfo()),
      supportsFeature: this.#unary(async (request) =>
        new resource.SupportsFeatureResponse().setHassupport(legacyFeatures.has(request.getId())),
      ),
      registerResource: this.#unary((request) => this.#register(request)),
      readResource: this.#unary((request) => this.#read(request)),
      registerResourceOutputs: this.#unary(async (request) => {
        const outputs = propertiesFromProgram((request.getOutputs()?.toJavaScript() ?? {}) as Properties);
        await this.#options.queue.outputs(request.getUrn(), outputs).catch(ignoreRunStopped);
        return new empty.Empty();
      }),
      signalAndWaitForShutdown: this.#unary(async () => {
        await this.#holdProgram();
        return new empty.Empty();
      }),
      invoke: this.#refused((request) => `The function ${request.getTok()}`),
      call: this.#refused((request) => `The method ${request.getTok()}`),
      existsResource: this.#refused(() => "Asking whether a resource exists"),
      registerStackTransform: this.#unary(async (transform) => {
        this.#transforms.addToStack(transform);
        return new empty.Empty();
      }),
      registerStackInvokeTransform: this.#refused(() => "An invoke transform"),
      registerResourceHook: this.#refused((request) => `The resource hook ${JSON.stringify(request.getName())}`),
      registerErrorHook: this.#refused((request) => `The error hook ${JSON.stringify(request.getName())}`),
      registerPackage: this.#refused((request) => `The package ${request.getName()}`),
    };
    return service;
  }

  async #register(request: RegisterResourceRequest) {
    const { sdk, queue, run, root } = this.#options;
    const transforms = this.#transforms.of(request);
    // Without any the order in which requests came is kept as it is.
    if (transforms.length > 0) {
      // What is refused is not passed on to them, and must not be lost by that.
      refuseRegistration(request, inputsOf(request));
      await this.#transforms.apply(transforms, request);
    }
    const inputs = inputsOf(request);
    refuseRegistration(request, inputs);
    const parent = this.#goals.get(request.getParent());
    const provider = request.getCustom() ? await this.#providers.of(request, parent) : undefined;
    const goal = { ...goalOf(request, inputs, provider, parent), origin: originOf(request, root) };
    if (!goal.custom) this.#providers.remember(request, run);
    const state = await queue.register(goal);
    if (!state) return this.#unfinished(goal, request);
    this.#goals.set(state.urn, goal);
    this.#transforms.remember(state.urn, request);
    // A component's recorded outputs may refer to what is not registered yet.
    const outputs = goal.custom ? state.outputs : {};
    return new sdk.resource.RegisterResourceResponse()
      .setUrn(state.urn)
      .setId(state.id ?? "")
      .setObject(sdk.struct.Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>))
      .setUnknown(run.decided.omitted.has(state.urn));
  }

  /**
   * Returns unknowns for what has failed, not the protocol's failure: with that the SDK registers nothing that depends on it,
   * and what a program does not register is deleted.
   */
  #unfinished(goal: Goal, request: RegisterResourceRequest) {
    const { sdk, run } = this.#options;
    const urn = makeUrn(run.stack, run.project, goal.parent, goal.type, goal.name);
    this.#goals.set(urn, goal);
    this.#transforms.remember(urn, request);
    return new sdk.resource.RegisterResourceResponse()
      .setUrn(urn)
      .setObject(sdk.struct.Struct.fromJavaScript({}))
      .setUnknown(true);
  }

  async #read(request: ReadResourceRequest) {
    const { sdk, queue, root } = this.#options;
    refuseReading(request);
    const provider = request.getProvider() || (await this.#providers.default());
    const state = await queue.read({ ...readGoalOf(request, provider), origin: originOf(request, root) });
    // The answer to a reading has no word for "unknown", so the program cannot go on without it.
    if (!state) throw new EngineError(`${request.getName()} could not be read, and the program needs what it is`);
    return new sdk.resource.ReadResourceResponse()
      .setUrn(state.urn)
      .setProperties(sdk.struct.Struct.fromJavaScript(state.outputs as Record<string, JavaScriptValue>));
  }

  /** The program has registered everything; it lives on until the deletes are done. */
  async #holdProgram(): Promise<void> {
    this.#isComplete = true;
    this.#complete.resolve();
    await Promise.race([this.#released.promise, this.#options.run.stopped]);
  }

  #deploymentInfo() {
    const { sdk, run } = this.#options;
    const features = sdk.resource.ResourceMonitorFeature;
    return new sdk.resource.DeploymentInfo()
      .setProject(run.project)
      .setStack(run.stack)
      .setOrganization("organization")
      .setDryrun(run.dryRun)
      .setParallel(run.parallel)
      .setSupportedfeaturesList(announcedFeatures.map((name) => features[`RESOURCE_MONITOR_FEATURE_${name}`]));
  }

  #refused<Request, Response>(what: (request: Request) => string) {
    return this.#unary<Request, Response>(async (request) => {
      throw unsupportedError(what(request));
    });
  }

  /**
   * Wraps a handler as a gRPC method. The SDK takes UNAVAILABLE as "the engine is going": it waits for nothing more and
   * says nothing.
   */
  #unary<Request, Response>(handle: (request: Request) => Promise<Response>) {
    const { sdk } = this.#options;
    return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => {
      handle(call.request).then(
        (response) => answer(null, response),
        (error: unknown) => {
          // The SDK swallows some errors and reprints others as the program's own, so the engine tells of them first.
          if (!(error instanceof RunStopped)) this.#reportRefusal(asEngineError(error));
          answer({ code: sdk.grpc.status.UNAVAILABLE, details: "resource monitor shut down" });
        },
      );
    };
  }

  #reportRefusal({ message, advice }: EngineError): void {
    const { run } = this.#options;
    if (run.stop.aborted) return;
    run.reporter.error([message, advice].filter(Boolean).join(". "));
    run.fail();
  }
}

/**
 * Swallows that the run is ending: nobody waits for outputs then, and the SDK would print a refusal of them with a stack.
 */
function ignoreRunStopped(error: unknown): void {
  if (!(error instanceof RunStopped)) throw error;
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError(messageOf(error), { cause: error });
}
