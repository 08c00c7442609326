import { serveEngine } from "./engine-server.ts";
import type { EngineServices, ServedEngine } from "./engine-server.ts";
import { ProgramProcess } from "./program-process.ts";
import type { ProgramProcessOptions } from "./program-process.ts";
import type { Sdk } from "./protos.ts";
import type { ProviderCalls } from "./provider-calls.ts";
import { ProviderHost } from "./provider-host.ts";
import type { ProviderHostOptions } from "./provider-host.ts";

/** A program that has been started. */
export type RunningProgram = Pick<ProgramProcess, "exited" | "end">;

/** A host of dynamic resources that has been started, in a process of its own or in this one; it takes messages or calls as soon as it is ready. */
export type RunningHost = Pick<ProviderHost, "cancel" | "close"> &
  (Pick<ProviderHost, "call"> | { readonly calls: ProviderCalls });

/** Starts what a run talks to. */
export interface Launcher {
  /** Makes the engine's services reachable for what is started then. */
  serve(sdk: Sdk, services: EngineServices): Promise<ServedEngine>;
  /** Starts the user's program. */
  startProgram(sdk: Sdk, options: ProgramProcessOptions): RunningProgram;
  /** Starts what runs the code of dynamic resources. */
  startHost(sdk: Sdk, options: ProviderHostOptions): RunningHost;
}

/** Starts each program and each host in a process of its own, as the SDK's own programs. */
export const processLauncher: Launcher = {
  serve: serveEngine,
  startProgram: (sdk, options) => new ProgramProcess(sdk, options),
  startHost: (sdk, options) => new ProviderHost(sdk, options),
};
