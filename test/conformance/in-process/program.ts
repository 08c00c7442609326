import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launcher } from "../../../src/engine/index.ts";

type Start = Launcher["startProgram"];

/** The SDK's exit code for "the errors have been reported already". */
const alreadyReported = 32;

/**
 * How long a program may take to end. One whose requests are no longer answered waits for ever: a process would end by
 * itself, since nothing is left to do in it.
 */
const graceMs = 50;

/** The parts of the SDK that its own runner of programs calls. */
interface Runtime {
  state: {
    withLocalStorage<Result>(run: () => Promise<Result>): Promise<Result>;
    getStore(): { settings: { monitor?: Client; engine?: Client } };
  };
  settings: {
    resetOptions(
      project: string,
      stack: string,
      parallel: number,
      engine: string,
      monitor: string,
      preview: boolean,
      organization: string,
    ): void;
    disconnect(signalShutdown: boolean): Promise<void>;
  };
  config: { setAllConfig(values: Record<string, string>, secretKeys: string[]): void };
  stack: { runInPulumiStack(program: () => Promise<unknown>): Promise<unknown> };
  log: { error(message: string): Promise<void> };
}

interface Client {
  close(): void;
}

/** Runs the project's program as the SDK's runner does, in a store of settings of its own. */
export const startProgram: Start = (sdk, options) => {
  const { folder, entry, environment, project, stack, parallel, monitorAddress, dryRun } = options;
  const load = createRequire(sdk.resolve("package.json"));
  const runtime: Runtime = {
    state: load("./runtime/state"),
    settings: load("./runtime/settings"),
    config: load("./runtime/config"),
    stack: load("./runtime/stack"),
    log: load("./log"),
  };
  let ended = false;
  let store: ReturnType<Runtime["state"]["getStore"]> | undefined;
  const exited = runtime.state.withLocalStorage(async () => {
    store = runtime.state.getStore();
    // The provider host has the same process here, and was told more.
    Object.assign(process.env, environment);
    const address = monitorAddress;
    runtime.settings.resetOptions(project, stack, parallel, address, address, dryRun, "organization");
    const { PULUMI_CONFIG = "{}", PULUMI_CONFIG_SECRET_KEYS = "[]" } = environment;
    runtime.config.setAllConfig(JSON.parse(PULUMI_CONFIG), JSON.parse(PULUMI_CONFIG_SECRET_KEYS));
    const file = join(folder, entry);
    try {
      const program = createRequire(file)(file) as { default: () => Promise<unknown> };
      await runtime.stack.runInPulumiStack(program.default);
      await runtime.settings.disconnect(true);
      return 0;
    } catch (error) {
      if (ended) return alreadyReported;
      await runtime.log.error(`Running program '${file}' failed with an unhandled exception:\n${String(error)}`);
      await runtime.settings.disconnect(false);
      return alreadyReported;
    }
  });
  // A program whose requests are no longer answered stays where it is; in a process of its own it would be killed.
  const end = async () => {
    await Promise.race([exited, sleep(graceMs, undefined, { ref: false })]);
    ended = true;
    store?.settings.monitor?.close();
    store?.settings.engine?.close();
  };
  return { exited, end };
};
