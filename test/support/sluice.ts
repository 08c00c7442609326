import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command line in a child process, with nothing of this machine's AWS or Pulumi set-up. */
export async function sluice(
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(root, "dist/src/cli/main.js"), ...args], {
    cwd: options.cwd,
    env: { ...quietEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (ran.stdout += chunk));
  child.stderr.on("data", (chunk) => (ran.stderr += chunk));
  ran.code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return ran;
}

/** The engines to run a deployment test on: the embedded one always, the Pulumi CLI where there is one. */
export const engines: string[] = ["embedded", ...(onPath("pulumi") ? ["pulumi"] : [])];

function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .some((folder) => folder !== "" && existsSync(path.join(folder, program)));
}

function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|PULUMI_|GITHUB_|SLUICE_|FORCE_COLOR|NODE_OPTIONS|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    NO_COLOR: "1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
