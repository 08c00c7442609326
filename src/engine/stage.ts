import { Deploy } from "./deploy.ts";
import { engineService } from "./events/engine-service.ts";
import { hostEnvironment, nodeArguments, programEnvironment, providerInputs } from "./processes/environments.ts";
import { Hosts } from "./processes/host-pool.ts";
import type { Ledger } from "./state/ledger.ts";
import { Program } from "./processes/program-process.ts";
import { loadSdk } from "./processes/protos.ts";
import type { Reporter } from "./events/reporter.ts";
import type { ResourceState } from "./model/resource-state.ts";
import type { RunOptions } from "./options.ts";
import { EngineServer } from "./processes/engine-server.ts";
import { Session } from "./session.ts";
import type { Stack } from "./state/stack.ts";

const DEFAULT_PARALLEL = 16;

/** A run, and the state that it works on. */
export interface Work {
  readonly options: RunOptions;
  readonly stack: Stack;
  readonly ledger: Ledger | undefined;
  readonly base: readonly ResourceState[];
  readonly reporter: Reporter;
  /** A refresh: one resource's failure says nothing about the others. */
  readonly carryOn?: boolean;
}

/** What one part of a run acts on. */
export interface Stage {
  readonly session: Session;
  readonly hosts: Hosts;
  readonly deploy: Deploy;
  readonly program: () => Program;
}

export type Ending = ReturnType<Session["conclude"]>;

/** Sets the stage for one part of the run, and clears it afterwards. */
export async function inSession(
  { options, stack, ledger, base, reporter, carryOn }: Work,
  act: (stage: Stage) => Promise<void>,
): Promise<Ending> {
  const { project } = stack;
  const { parallel = DEFAULT_PARALLEL, targets = [], signal, admit, env = process.env } = options;
  const sdk = loadSdk(project.pwd);
  const server = new EngineServer(sdk);
  const onLine = (line: string, stream: "stdout" | "stderr") =>
    reporter.diagnose(stream === "stdout" ? "info" : "info#err", `${line}\n`);
  const environment = hostEnvironment(env, project, ledger?.pending ?? []);
  const hosts = new Hosts(sdk, () => ({ folder: project.pwd, engineAddress: server.address, environment, onLine }));
  const shared = { project: project.name, stack: stack.name, parallel, sdk };
  const session = new Session({ ...shared, hosts, reporter, base, ledger, targets, admit, carryOn });
  const deploy = new Deploy(session, { sdk, parallel, root: project.root, config: providerInputs(stack.config) });
  const cancel = () => {
    session.cancel();
    void hosts.cancel();
  };
  signal?.addEventListener("abort", cancel, { once: true });
  const program = () =>
    new Program(sdk, {
      ...shared,
      monitorAddress: server.address,
      root: project.root,
      folder: project.pwd,
      entry: project.entry,
      nodeArguments: nodeArguments(project),
      environment: programEnvironment(env, stack.config, project),
      dryRun: ledger === undefined,
      onLine,
    });
  try {
    await server.listen(engineService(sdk, reporter), deploy.monitor.service());
    if (signal?.aborted) cancel();
    else await act({ session, hosts, deploy, program });
  } catch (error) {
    reporter.error(textOf(error));
    session.bail();
  } finally {
    signal?.removeEventListener("abort", cancel);
    await hosts.close();
    server.close();
  }
  return session.conclude();
}

/** An error with its advice. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = "advice" in error && typeof error.advice === "string" ? ` ${error.advice}` : "";
  return `${error.message}.${advice}`.replace(/([.!?])\.(?= |$)/, "$1");
}
