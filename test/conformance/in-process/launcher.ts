import type { Launcher } from "../../../src/engine/index.ts";
import { serveEngine } from "../../../src/engine/processes/engine-server.ts";
import { startHost } from "./host.ts";
import { startProgram } from "./program.ts";

/**
 * Runs the program with the SDK that the test process has loaded, and the provider behind a gRPC server of its own: the
 * wire, the engine, its journal and its state are the real ones, and no Node has to start. One run at a time, since
 * program and provider read the environment of the process.
 */
export const inProcess: Launcher = { serve: serveEngine, startProgram, startHost };
