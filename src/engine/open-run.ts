import { Executor } from "./act/executor.ts";
import { runStep } from "./act/run-step.ts";
import { Run } from "./decide/run.ts";
import { TargetUrns } from "./decide/target-urns.ts";
import { engineService } from "./events/engine-service.ts";
import type { Reporter } from "./events/reporter.ts";
import { messageWithAdvice } from "./model/engine-error.ts";
import type { ResourceState } from "./model/resource-state.ts";
import { Monitor } from "./monitor/monitor.ts";
import { RequestQueue } from "./monitor/queue.ts";
import type { RunOptions } from "./options.ts";
import { ConfiguredProviders } from "./processes/configured-providers.ts";
import type { ServedEngine } from "./processes/engine-server.ts";
import { hostEnvironment, nodeArguments, programEnvironment, providerInputs } from "./processes/environments.ts";
import { HostPool } from "./processes/host-pool.ts";
import { processLauncher } from "./processes/launcher.ts";
import type { RunningProgram } from "./processes/launcher.ts";
import { loadSdk } from "./processes/protos.ts";
import type { Ledger } from "./state/ledger.ts";
import type { Stack } from "./state/stack.ts";

const defaultParallelSteps = 16;

/** What a run begins with. */
export interface RunInput {
  readonly options: RunOptions;
  readonly stack: Stack;
  /** Absent in a preview. */
  readonly ledger: Ledger | undefined;
  /** The recorded resources, in their order. */
  readonly base: readonly ResourceState[];
  readonly reporter: Reporter;
  /** A failed resource stops only what depends on it. */
  readonly continueOnFailure?: boolean;
}

/** A run, and the parts that work on it. */
export interface OpenRun {
  readonly run: Run;
  readonly executor: Executor;
  readonly queue: RequestQueue;
  readonly monitor: Monitor;
  /** Starts the program, and a provider host that gets ready meanwhile. */
  readonly startProgram: () => RunningProgram;
}

/** Returns the URNs of the recorded resources to which a run is limited; `undefined` where it is for all. */
function recordedTargets(targets: readonly string[], base: readonly ResourceState[]): string[] | undefined {
  const limit = new TargetUrns(targets);
  return limit.limited ? base.flatMap(({ urn }) => (limit.contains(urn) ? urn : [])) : undefined;
}

/** Opens a run, lets `act` work on it, and ends its processes; returns how the run ended. */
export async function withRun(
  input: RunInput,
  act: (open: OpenRun) => Promise<void>,
): Promise<ReturnType<Run["conclude"]>> {
  const { options, stack, ledger, base, reporter, continueOnFailure = false } = input;
  const { project, name } = stack;
  const {
    parallel = defaultParallelSteps,
    targets = [],
    signal,
    stop,
    admit,
    env = process.env,
    launcher = processLauncher,
  } = options;
  const dryRun = ledger === undefined;
  const sdk = loadSdk(project.pwd);
  let served: ServedEngine | undefined;
  const onLine = (line: string, stream: "stdout" | "stderr") =>
    reporter.diagnose(stream === "stdout" ? "info" : "info#err", `${line}\n`);
  const environment = hostEnvironment(env, project, {
    pending: ledger?.pending ?? [],
    lockPath: ledger?.lockPath,
    targets: recordedTargets(targets, base),
  });
  const hosts = new HostPool(sdk, launcher, () => ({
    folder: project.pwd,
    engineAddress: served!.address,
    environment,
    onLine,
  }));
  const warn = (message: string, urn: string) => reporter.warning(message, urn);
  const providers = new ConfiguredProviders({ sdk, hosts, base, dryRun, warn });
  const facts = { project: project.name, stack: name, dryRun, parallel };
  const run = new Run({ ...facts, base, ledger, providers, reporter, targets, admit, continueOnFailure });
  const executor = new Executor(parallel, run.stop, (step) => runStep(run, step));
  const queue = new RequestQueue(run, executor);
  const monitor = new Monitor({ sdk, run, queue, root: project.root, config: providerInputs(stack.config) });
  const startProgram = () => {
    hosts.prepare();
    return launcher.startProgram(sdk, {
      ...facts,
      monitorAddress: served!.address,
      root: project.root,
      folder: project.pwd,
      entry: project.entry,
      nodeArguments: nodeArguments(project),
      environment: programEnvironment(env, stack.config, project),
      onLine,
    });
  };
  const cancel = () => {
    run.cancel();
    void hosts.cancel();
  };
  const end = () => {
    reporter.error(messageWithAdvice(stop?.reason));
    run.fail();
  };
  signal?.addEventListener("abort", cancel, { once: true });
  stop?.addEventListener("abort", end, { once: true });
  try {
    served = await launcher.serve(sdk, { engine: engineService(sdk, reporter), monitor: monitor.service() });
    if (signal?.aborted) cancel();
    else await act({ run, executor, queue, monitor, startProgram });
  } catch (error) {
    reporter.error(messageWithAdvice(error));
    run.fail();
  } finally {
    signal?.removeEventListener("abort", cancel);
    stop?.removeEventListener("abort", end);
    await hosts.close();
    served?.close();
  }
  return run.conclude();
}
