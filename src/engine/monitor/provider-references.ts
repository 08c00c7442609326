import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError } from "../model/engine-error.ts";
import type { Goal } from "../model/goal.ts";
import { isProviderType, makeUrn, packageOf, providerReference } from "../model/urn.ts";
import type { Properties } from "../model/values.ts";
import type { RequestQueue } from "./queue.ts";
import { dynamicPackageName } from "./request-refusals.ts";

/** Finds the provider of each resource: its own, its component's, or the default one. */
export class ProviderReferences {
  readonly #queue: RequestQueue;
  readonly #config: Properties;
  /** By component, the provider for each package of its children. */
  readonly #ofComponents = new Map<string, Record<string, string>>();
  #default: Promise<string> | undefined;

  /** @param config The stack's whole configuration, which the default provider gets. */
  constructor(queue: RequestQueue, config: Properties) {
    this.#queue = queue;
    this.#config = config;
  }

  /** Returns the provider's `URN::ID`; `undefined` for a provider itself. */
  async of(request: RegisterResourceRequest, parent: Goal | undefined): Promise<string | undefined> {
    const type = request.getType();
    if (isProviderType(type)) return undefined;
    const inherited = this.#ofComponents.get(request.getParent())?.[packageOf(type)] ?? parent?.provider;
    return (
      request.getProvider() || request.getProvidersMap().get(packageOf(type)) || inherited || (await this.default())
    );
  }

  /** Keeps the providers that a component hands on to its children. */
  remember(request: RegisterResourceRequest, { stack, project }: { stack: string; project: string }): void {
    const urn = makeUrn(stack, project, request.getParent(), request.getType(), request.getName());
    const given = Object.fromEntries(request.getProvidersMap().entries());
    this.#ofComponents.set(urn, { ...this.#ofComponents.get(request.getParent()), ...given });
  }

  /** Returns the default provider, which is registered once a run, right before the first resource that needs it. */
  default(): Promise<string> {
    this.#default ??= this.#queue
      .register({
        type: `pulumi:providers:${dynamicPackageName}`,
        name: "default",
        custom: true,
        inputs: this.#config,
        dependencies: [],
        propertyDependencies: {},
        replaceWith: [],
        ignoreChanges: [],
        replaceOnChanges: [],
        additionalSecretOutputs: [],
        hideDiff: [],
        aliases: [],
      })
      .then((provider) => {
        if (!provider) throw new EngineError("No resource can be made, for the provider of dynamic resources failed");
        return providerReference(provider);
      });
    return this.#default;
  }
}
