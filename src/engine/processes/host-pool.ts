import { Host } from "./provider-host.ts";
import type { HostOptions } from "./provider-host.ts";
import type { Sdk } from "./protos.ts";

/** The host processes of a run: one for each provider. */
export class Hosts {
  readonly #sdk: Sdk;
  readonly #options: () => HostOptions;
  readonly #all: Host[] = [];
  #spare: Host | undefined;

  constructor(sdk: Sdk, options: () => HostOptions) {
    this.#sdk = sdk;
    this.#options = options;
  }

  /** Starts a host ahead of its use: it gets ready while the program does. */
  prepare(): void {
    this.#spare ??= this.#start();
  }

  take(): Host {
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

  #start(): Host {
    const host = new Host(this.#sdk, this.#options());
    this.#all.push(host);
    return host;
  }
}
