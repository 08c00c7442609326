import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { earliestStart } from "../../../providers/lifecycle/pending-create.ts";
import type { PendingResource, StateResource } from "../../../providers/lifecycle/pending-create.ts";
import { stackNames } from "../../engine/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Engine, EngineRequest, EngineResult, RecordedResource, StateRequest, Verb } from "./engine-contract.ts";
import { followEvents } from "./event-log.ts";
import { adviceOnLock } from "./pulumi-lock.ts";
import { adviceOnPending } from "./pulumi-pending.ts";

/** Returns the Pulumi CLI as the engine: a child process whose event log is read while it runs. */
export function pulumiCli(executable: string): Engine {
  return {
    async run(verb, request) {
      const answer = (ended: Ended) => withAdvice(resultOf(ended), adviceOnLock(ended.output, executable, request));
      const isPlan = verb === "preview" || request.dryRun === true;
      const act = () => runOrFailFast(executable, verb, request);
      return answer(await (isPlan ? withoutNewConfig(request, act) : act()));
    },

    async stacks({ project, ...request }) {
      const { folder: cwd, state, env } = request;
      // A look by the CLI would make the folder a backend.
      if (state?.startsWith("file://")) return stackNames({ project, root: cwd, state, env });
      try {
        const options = { cwd, env: environmentOf(executable, request) };
        const { stdout } = await execute(executable, ["stack", "ls", "--json", ...common], options);
        return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
      } catch {
        return undefined;
      }
    },

    async config(request) {
      const options = { cwd: request.folder, env: environmentOf(executable, request) };
      const asked = ["config", "--show-secrets", "--json", "--stack", request.stack, ...common];
      try {
        const { stdout } = await execute(executable, asked, options);
        const values = Object.entries(JSON.parse(stdout) as Record<string, { value?: string }>);
        return Object.fromEntries(values.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
      } catch (cause) {
        const { stderr, message } = cause as Error & { stderr?: string };
        throw new CommandError(Exit.failed, `The stack's configuration cannot be read:\n${stderr || message}`, {
          cause,
        });
      }
    },

    async create(request) {
      const ended = await child(executable, ["stack", "init", request.stack, "--no-select", ...common], request);
      if (ended.code !== 0) throw new CommandError(Exit.failed, `The stack could not be made:\n${ended.output}`);
    },

    async recorded(request) {
      const deployment = await exported(executable, request);
      return deployment && (deployment.resources ?? []);
    },

    async interrupted(request) {
      const deployment = await exported(executable, request);
      if (!deployment) return undefined;
      const { pending_operations: operations = [] } = deployment;
      const { resources = [] } = deployment;
      const of = (wanted: string) => operations.flatMap(({ type, resource }) => (type === wanted ? resource : []));
      const begun = of("creating").map(
        (each) => [each.urn, { since: earliestStart(each, resources), inputs: each.inputs ?? {} }] as const,
      );
      const awaiting = resources.flatMap(({ urn, pendingReplacement }) => (pendingReplacement ? urn : []));
      const updates = of("updating").map((each) => [each.urn, each.inputs ?? {}] as const);
      return {
        creates: Object.fromEntries(begun),
        deletes: of("deleting").map(({ urn }) => urn),
        updates: Object.fromEntries(updates),
        awaiting,
      };
    },
  };
}

/** The state as `pulumi stack export` prints it; `undefined` when it cannot be read. */
async function exported(executable: string, request: StateRequest): Promise<StackExport["deployment"]> {
  const options = { cwd: request.folder, env: environmentOf(executable, request), maxBuffer: 2 ** 30 };
  try {
    const secrets = request.showSecrets ? ["--show-secrets"] : [];
    const asked = ["stack", "export", "--stack", request.stack, ...secrets, ...common];
    const { stdout } = await execute(executable, asked, options);
    return (JSON.parse(stdout) as StackExport).deployment ?? {};
  } catch {
    return undefined;
  }
}

/** A plan makes nothing, but the CLI writes the stack's salt beside the project where it is only in the state. */
async function withoutNewConfig<Result>(
  { folder, stack }: Pick<EngineRequest, "folder" | "stack">,
  act: () => Promise<Result>,
): Promise<Result> {
  const file = path.join(folder, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  if (existsSync(file)) return act();
  try {
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}

const execute = promisify(execFile);

/** What `pulumi stack export` prints, as far as it is read here. */
interface StackExport {
  deployment?: {
    resources?: (RecordedResource & StateResource)[];
    pending_operations?: { type: string; resource: PendingResource & { urn: string } }[];
  };
}

const common = ["--non-interactive", "--color", "never"];

/** Pulumi's exit codes that say more than "failed", from 3.227 on. */
const codes = { credentials: 3, cancelled: 8 };

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what it printed. */
  output: string;
  /** Whether the events tell how it ended. */
  summarized: boolean;
  /** Why it was interrupted, when it was about to do what it must not. */
  refused?: string;
}

/** A CLI that is too old to go on after a failure refuses the option before it does anything. */
async function runOrFailFast(executable: string, verb: Verb, request: EngineRequest): Promise<Ended> {
  const ended = await runOnce(executable, verb, request);
  if (!request.continueOnError || ended.summarized || !/unknown flag: --continue-on-error/.test(ended.output))
    return ended;
  return runOnce(executable, verb, { ...request, continueOnError: false });
}

async function runOnce(executable: string, verb: Verb, request: EngineRequest): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-events-"));
  const log = path.join(folder, "events.jsonl");
  writeFileSync(log, "");
  let summarized = false;
  const refusal = new AbortController();
  const follower = followEvents(log, (event) => {
    summarized ||= event.summaryEvent !== undefined;
    request.onEvent(event);
    const advice = event.diagnosticEvent && adviceOnPending(event.diagnosticEvent.message, executable, request);
    if (advice) request.onEvent({ diagnosticEvent: { severity: "warning", message: advice } });
    try {
      if (event.resourcePreEvent) request.admit?.(event.resourcePreEvent.metadata);
    } catch (error) {
      refusal.abort(error);
    }
  });
  try {
    request.stop?.addEventListener("abort", () => refusal.abort(request.stop?.reason), { once: true });
    const signal = AbortSignal.any([request.signal, refusal.signal]);
    const ended = await child(executable, argumentsOf(verb, log, request), { ...request, signal });
    await follower.end();
    return { ...ended, summarized, refused: (refusal.signal.reason as Error | undefined)?.message };
  } finally {
    await follower.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The plan was shown and agreed to before, so that the CLI neither previews nor asks again. */
function argumentsOf(verb: Verb, log: string, request: EngineRequest): string[] {
  const { stack, parallel, refresh, dryRun, continueOnError, targets = [] } = request;
  // Its refresh always goes on, and its preview cannot.
  const goesOn = continueOnError && !dryRun && (verb === "up" || verb === "destroy");
  const apply = dryRun ? ["--preview-only"] : ["--yes", "--skip-preview"];
  return [
    verb,
    "--stack",
    stack,
    ...common,
    ...(verb === "preview" ? [] : apply),
    ...(goesOn ? ["--continue-on-error"] : []),
    ...targets.flatMap((urn) => ["--target", urn]),
    ...(refresh ? ["--refresh"] : []),
    ...(parallel === undefined ? [] : ["--parallel", String(parallel)]),
    "--event-log",
    log,
  ];
}

async function child(
  executable: string,
  args: string[],
  request: Pick<EngineRequest, "folder" | "signal" | "env" | "state">,
): Promise<Ended> {
  const { folder, signal } = request;
  const running = spawn(executable, args, {
    cwd: folder,
    env: environmentOf(executable, request),
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: a terminal's Ctrl-C would otherwise reach it as well, and two mean "at once".
    detached: true,
  });
  const interrupt = () => running.kill("SIGINT");
  const kill = () => running.kill("SIGTERM");
  signal.addEventListener("abort", interrupt, { once: true });
  process.once("exit", kill);
  let output = "";
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output = `${output}${text}`.slice(-20_000)));
  }
  try {
    const [code, ended] = (await once(running, "close")) as [number | null, NodeJS.Signals | null];
    return { code, signal: ended, output: stripVTControlCharacters(output).trim(), summarized: false };
  } finally {
    signal.removeEventListener("abort", interrupt);
    process.off("exit", kill);
  }
}

function environmentOf(executable: string, { env, state }: Pick<EngineRequest, "env" | "state">): NodeJS.ProcessEnv {
  return {
    ...env,
    PATH: [path.dirname(executable), path.dirname(process.execPath), env["PATH"]].join(path.delimiter),
    PULUMI_DEBUG_COMMANDS: "1",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(state && { PULUMI_BACKEND_URL: state }),
  };
}

function resultOf({ code, signal, output, summarized, refused }: Ended): EngineResult {
  if (refused) return { result: "failed", message: refused };
  if (code === 0) return { result: "succeeded" };
  if (code === codes.cancelled || signal) return { result: "cancelled" };
  return {
    result: "failed",
    credentials: code === codes.credentials,
    message: summarized ? undefined : `The Pulumi CLI ended with exit code ${code}:\n${output}`,
  };
}

function withAdvice(result: EngineResult, advice: string | undefined): EngineResult {
  return advice === undefined ? result : { ...result, message: [result.message, advice].filter(Boolean).join("\n") };
}
