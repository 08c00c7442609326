import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { followLines } from "./lines.ts";
import { preload } from "./preload.ts";
import type { Sdk } from "./protos.ts";

/** How long the program may take to end once its registrations are no longer answered. */
const endTimeoutMs = 5000;

/** The SDK's exit code for "the errors have been reported already". */
const alreadyReportedExitCode = 32;

/** What a program is started with. */
export interface ProgramProcessOptions {
  readonly monitorAddress: string;
  readonly project: string;
  readonly stack: string;
  readonly root: string;
  /** The folder of the program, and what to run in it. */
  readonly folder: string;
  readonly entry: string;
  readonly nodeArguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Runs the user's program in a process, by the SDK's own runner. */
export class ProgramProcess {
  readonly #child: ChildProcess;
  /** The exit code; `null` after a signal. */
  readonly exited: Promise<number | null>;

  constructor(sdk: Sdk, options: ProgramProcessOptions) {
    // A group of its own: after Ctrl-C the engine ends it in order.
    this.#child = spawn(process.execPath, argumentsFor(sdk, options), {
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    followLines(this.#child.stdout, (line) => options.onLine(line, "stdout"));
    followLines(this.#child.stderr, (line) => options.onLine(line, "stderr"));
    this.exited = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code) => resolve(code));
    });
  }

  /** Waits for the end; a program that stays is killed. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), endTimeoutMs);
    await this.exited;
    clearTimeout(timer);
  }
}

/** Returns what to say about a program that ended without announcing it; `undefined` when it has said so itself. */
export function earlyExitMessage(exitCode: number | null): string | undefined {
  if (exitCode === alreadyReportedExitCode) return undefined;
  if (exitCode === 0) {
    // Deleting what such a program did not register would delete what it merely did not come to.
    return "the program ended before it told the engine that it had registered everything; nothing was deleted. Does it call process.exit()?";
  }
  return `an unhandled error occurred: Program exited with non-zero exit code: ${exitCode}`;
}

function argumentsFor(sdk: Sdk, options: ProgramProcessOptions): string[] {
  const named = {
    monitor: options.monitorAddress,
    engine: options.monitorAddress,
    organization: "organization",
    project: options.project,
    "root-directory": options.root,
    stack: options.stack,
    pwd: options.folder,
    parallel: String(options.parallel),
  };
  return [
    ...preload("leak-notes"),
    ...options.nodeArguments,
    sdk.resolve("cmd/run"),
    ...Object.entries(named).flatMap(([name, value]) => [`--${name}`, value]),
    ...(options.dryRun ? ["--dry-run"] : []),
    options.entry,
  ];
}
