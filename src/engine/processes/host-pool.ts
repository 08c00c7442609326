import { ProviderHost } from "./provider-host.ts";
import type { HostOptions } from "./provider-host.ts";
import type { Sdk } from "./protos.ts";

/** The host processes of a run: one for each provider. */
export class HostPool {
  readonly #sdk: Sdk;
  readonly #options: () => HostOptions;
  readonly #all: ProviderHost[] = [];
  #spare: ProviderHost | undefined;

  constructor(sdk: Sdk, options: () => HostOptions) {
    this.#sdk = sdk;
    this.#options = options;
  }

  /** Starts a host ahead of its use: it gets ready while the program does. */
  prepare(): void {
    this.#spare ??= this.#start();
  }

  take(): ProviderHost {
    const host = this.#spare ?? this.#start();
    this.#spare = undefined;
    return host;
  }

  async cancel(): Promise<void> {
    await Promise.all(this.#all.map((host) => host.cancel()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((host) => host.close()));
  }

  #start(): ProviderHost {
    const host = new ProviderHost(this.#sdk, this.#options());
    this.#all.push(host);
    return host;
  }
}
