import type { Launcher } from "../../../engine/index.ts";
import type { SpecProgram } from "../engine-contract.ts";
import { startLifecycleHost } from "./lifecycle-host.ts";
import { runSpecProgram } from "./spec-program.ts";

/** The SDK's exit code for "the errors have been reported already". */
const alreadyReported = 32;

/** gRPC's code of an engine that refuses a request or ends the run, and has said why. */
const unavailable = 14;

/**
 * Runs the shipped program and its providers in this process: the declarations are those that the command has read, and its lifecycles are
 * called by the messages that a program and a host in processes of their own would exchange with the engine, without a wire.
 *
 * @param signal aborted when the command is to end
 */
export function inProcessLauncher(program: SpecProgram, signal: AbortSignal): Launcher {
  let services: Parameters<Launcher["serve"]>[1] | undefined;
  return {
    async serve(_sdk, served) {
      services = served;
      return { address: "", close: () => undefined };
    },
    startProgram(sdk, options) {
      const exited = runSpecProgram(program, { ...options, sdk, services: services! }).then(
        () => 0,
        (error: { code?: unknown }) => {
          if (error.code !== unavailable) throw error;
          return alreadyReported;
        },
      );
      return { exited, end: async () => undefined };
    },
    startHost: (sdk, options) => startLifecycleHost({ ...options, sdk, engine: services!.engine, signal }),
  };
}
