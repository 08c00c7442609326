import type { Launcher, RunningHost } from "./launcher.ts";
import type { Sdk } from "./protos.ts";
import type { ProviderHostOptions } from "./provider-host.ts";

/** Keeps the hosts of a run: one for each provider. */
export class HostPool {
  readonly #sdk: Sdk;
  readonly #launcher: Launcher;
  readonly #options: () => ProviderHostOptions;
  readonly #all: RunningHost[] = [];
  #spare: RunningHost | undefined;

  constructor(sdk: Sdk, launcher: Launcher, options: () => ProviderHostOptions) {
    this.#sdk = sdk;
    this.#launcher = launcher;
    this.#options = options;
  }

  /** Starts a host ahead of its use: it gets ready while the program does. */
  prepare(): void {
    this.#spare ??= this.#start();
  }

  /** Returns a host for a provider, the one that was prepared first. */
  take(): RunningHost {
    const host = this.#spare ?? this.#start();
    this.#spare = undefined;
    return host;
  }

  /** Tells every provider that no more is to come. */
  async cancel(): Promise<void> {
    await Promise.all(this.#all.map((host) => host.cancel()));
  }

  /** Ends every host. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((host) => host.close()));
  }

  #start(): RunningHost {
    const host = this.#launcher.startHost(this.#sdk, this.#options());
    this.#all.push(host);
    return host;
  }
}
