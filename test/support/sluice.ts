import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { decidedByTheMachine } from "./environment.ts";

export const root = path.resolve(import.meta.dirname, "../..");

/** Keeps a command away from this machine's AWS and Pulumi set-up. */
export const quiet = {
  NO_COLOR: "1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  PULUMI_CONFIG_PASSPHRASE: "",
  PULUMI_SKIP_UPDATE_CHECK: "true",
};

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** When it resolves, the command and every process that it started are killed, as `kill -9` does. */
  killed?: Promise<void>;
  /** When it resolves, the command alone is sent the signal that it gives. */
  signalled?: Promise<NodeJS.Signals>;
}

/** Runs the checkout's built command line in a child process, with nothing of this machine's AWS or Pulumi set-up. */
export const sluice = (args: string[], options: RunOptions): Promise<Ran> => sluiceAt(root, args, options);

/** The same with the package that is installed in `folder`. */
export const sluiceAt = (folder: string, args: string[], options: RunOptions): Promise<Ran> =>
  runProgram(process.execPath, [path.join(folder, "dist/src/cli/main.js"), ...args], options);

/** Runs any program so. This process goes on meanwhile, and its emulators answer. */
export async function runProgram(program: string, args: string[], options: RunOptions): Promise<Ran> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...quietEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (ran.stdout += chunk));
  child.stderr.on("data", (chunk) => (ran.stderr += chunk));
  void options.killed?.then(() => killTree(child.pid!));
  void options.signalled?.then((signal) => child.kill(signal));
  ran.code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return ran;
}

/** The engines to run a deployment test on: the embedded one; with `SLUICE_ENGINES=all` the Pulumi CLI too where there is one. */
export const engines: string[] = [
  "embedded",
  ...(process.env["SLUICE_ENGINES"] === "all" && onPath("pulumi") ? ["pulumi"] : []),
];

function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .some((folder) => folder !== "" && existsSync(path.join(folder, program)));
}

/** Where the system tells no parents (it does on Linux), the children end by themselves when the command is gone. */
function killTree(pid: number): void {
  const tree = [pid];
  for (const parent of tree) tree.push(...childrenOf(parent));
  for (const each of tree) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

function childrenOf(parent: number): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    // The second field is the program's name in brackets, which may hold anything.
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) \S /s, "")
        .split(" ")[0],
    );
  } catch {
    return undefined;
  }
}

function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !decidedByTheMachine.test(name) && !/^(SLUICE_|NODE_OPTIONS|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...quiet };
}
