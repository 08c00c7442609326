import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { channelOptions } from "./protos.ts";
import type { Sdk } from "./protos.ts";

/** What the engine answers: the resource monitor, which programs register with, and the engine, which all log to. */
export interface EngineServices {
  readonly monitor: UntypedServiceImplementation;
  readonly engine: UntypedServiceImplementation;
}

/** The engine's services where programs and provider hosts reach them. */
export interface ServedEngine {
  /** `HOST:PORT`; empty where nothing listens. */
  readonly address: string;
  /** Stops serving, and ends every call that is under way. */
  close(): void;
}

/** Serves the resource monitor and the engine under one address, on a free port and on this machine only. */
export async function serveEngine(sdk: Sdk, { engine, monitor }: EngineServices): Promise<ServedEngine> {
  const { grpc, engineServices, resourceServices } = sdk;
  const server = new grpc.Server(channelOptions);
  server.addService(engineServices.EngineService, engine);
  server.addService(resourceServices.ResourceMonitorService, monitor);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
