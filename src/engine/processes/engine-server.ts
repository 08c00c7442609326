import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { channelOptions } from "./protos.ts";
import type { Sdk } from "./protos.ts";

/** Serves the resource monitor and the engine under one address, on this machine only. */
export class EngineServer {
  readonly #sdk: Sdk;
  readonly #server;
  #port = 0;

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
    this.#server = new sdk.grpc.Server(channelOptions);
  }

  /** Returns where the services are, once they listen. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Begins to serve, on a free port. */
  async listen(engine: UntypedServiceImplementation, monitor: UntypedServiceImplementation): Promise<void> {
    const { grpc, engineServices, resourceServices } = this.#sdk;
    this.#server.addService(engineServices.EngineService, engine);
    this.#server.addService(resourceServices.ResourceMonitorService, monitor);
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  /** Stops serving, and ends every call that is under way. */
  close(): void {
    this.#server.forceShutdown();
  }
}
