import type { Callback, CallbackInvokeRequest, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb.js";
import type { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import type { RegisterResourceRequest, TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb.js";
import { channelOptions } from "../processes/protos.ts";
import type { Sdk } from "../processes/protos.ts";

/**
 * The functions of the program that change what it registers before it is registered. As in Pulumi a resource's own come first, then those of
 * its parents, the nearest first, then those of the stack.
 */
export class Transforms {
  readonly #sdk: Sdk;
  readonly #ofStack: Callback[] = [];
  readonly #ofResources = new Map<string, { callbacks: Callback[]; parent: string }>();
  readonly #clients = new Map<string, CallbacksClient>();

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  /** Adds one that all resources pass which are registered from now on. */
  addToStack(transform: Callback): void {
    this.#ofStack.push(transform);
  }

  /** Returns those that a resource passes, in their order. */
  of(request: RegisterResourceRequest): readonly Callback[] {
    return [...request.getTransformsList(), ...this.#inheritedFrom(request.getParent()), ...this.#ofStack];
  }

  /** Changes the request as the program's functions say, each given what the one before has made; throws what one of them throws. */
  async apply(transforms: readonly Callback[], request: RegisterResourceRequest): Promise<void> {
    for (const transform of transforms) await this.#run(transform, request);
  }

  /** Notes under which URN a resource was registered, for its children. */
  remember(urn: string, request: RegisterResourceRequest): void {
    this.#ofResources.set(urn, { callbacks: request.getTransformsList(), parent: request.getParent() });
  }

  /** Ends the connections to the program. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #inheritedFrom(urn: string): Callback[] {
    const found = this.#ofResources.get(urn);
    return found ? [...found.callbacks, ...this.#inheritedFrom(found.parent)] : [];
  }

  async #run(transform: Callback, request: RegisterResourceRequest): Promise<void> {
    const { resource, callback } = this.#sdk;
    const given = new resource.TransformRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setCustom(request.getCustom())
      .setParent(request.getParent())
      .setProperties(request.getObject())
      .setOptions(this.#optionsOf(request));
    const invocation = new callback.CallbackInvokeRequest()
      .setToken(transform.getToken())
      .setRequest(given.serializeBinary());
    const answer = resource.TransformResponse.deserializeBinary(
      (await this.#invoke(transform.getTarget(), invocation)).getResponse_asU8(),
    );
    if (answer.hasProperties()) request.setObject(answer.getProperties());
    const options = answer.getOptions();
    if (options) takeOver(options, request);
  }

  #invoke(target: string, invocation: CallbackInvokeRequest): Promise<CallbackInvokeResponse> {
    const { grpc, callbackServices } = this.#sdk;
    const client =
      this.#clients.get(target) ??
      new callbackServices.CallbacksClient(target, grpc.credentials.createInsecure(), channelOptions);
    this.#clients.set(target, client);
    return new Promise((resolve, reject) => {
      client.invoke(invocation, (error, response) => {
        if (error) reject(new Error(`The program's ${error.details}`));
        else resolve(response);
      });
    });
  }

  #optionsOf(request: RegisterResourceRequest): TransformResourceOptions {
    const { alias, resource } = this.#sdk;
    const options = new resource.TransformResourceOptions()
      .setDependsOnList(request.getDependenciesList())
      .setIgnoreChangesList(request.getIgnorechangesList())
      .setReplaceOnChangesList(request.getReplaceonchangesList())
      .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
      .setAliasesList([
        ...request.getAliasurnsList().map((urn) => new alias.Alias().setUrn(urn)),
        ...request.getAliasesList(),
      ])
      .setProvider(request.getProvider())
      .setDeletedWith(request.getDeletedwith())
      .setReplaceWithList(request.getReplaceWithList())
      .setHideDiffList(request.getHidediffsList())
      .setCustomTimeouts(request.getCustomtimeouts());
    if (request.hasProtect()) options.setProtect(request.getProtect()!);
    if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete()!);
    if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
    for (const [name, reference] of request.getProvidersMap().entries()) options.getProvidersMap().set(name, reference);
    return options;
  }
}

/** Takes over what a transform makes of the options; one that it leaves out is one that it took away. */
function takeOver(options: TransformResourceOptions, request: RegisterResourceRequest): void {
  request
    .setDependenciesList(options.getDependsOnList())
    .setIgnorechangesList(options.getIgnoreChangesList())
    .setReplaceonchangesList(options.getReplaceOnChangesList())
    .setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList())
    .setAliasurnsList([])
    .setAliasesList(options.getAliasesList())
    .setProvider(options.getProvider())
    .setDeletedwith(options.getDeletedWith())
    .setReplaceWithList(options.getReplaceWithList())
    .setHidediffsList(options.getHideDiffList())
    .setCustomtimeouts(options.getCustomTimeouts())
    // What the engine refuses in a registration it refuses here, too.
    .setImportid(options.getImport())
    .setVersion(options.getVersion())
    .setPlugindownloadurl(options.getPluginDownloadUrl())
    .setHooks(options.getHooks())
    .setReplacementTrigger(options.getReplacementTrigger())
    .setDeletebeforereplacedefined(options.hasDeleteBeforeReplace())
    .setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  if (options.hasProtect()) request.setProtect(options.getProtect()!);
  else request.clearProtect();
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete()!);
  else request.clearRetainondelete();
  const providers = request.getProvidersMap();
  providers.clear();
  for (const [name, reference] of options.getProvidersMap().entries()) providers.set(name, reference);
}
