import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { once } from "node:events";
import { Argument } from "commander";
import type { Command } from "commander";
import { EngineError, recover, run as runEngine } from "../../engine/index.ts";
import type { DiagnosticEvent, EngineEvent, RunOutcome, Verb } from "../../engine/index.ts";
import type { Invocation } from "../command.ts";
import { approve } from "../terminal/approve.ts";
import { CommandError, Exit } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { collect, outputOption, stackOption, parseWholeNumber } from "../common-options.ts";

interface EngineOptions {
  cwd: string;
  stack: string;
  state?: string;
  events?: string;
  parallel?: number;
  target: string[];
  refresh?: boolean;
  continueOnError?: boolean;
  yes?: boolean;
  expectNoChanges?: boolean;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addArgument(new Argument("<verb>").choices(["preview", "up", "refresh", "destroy", "recover"]))
    .option("--cwd <dir>", "the project's folder", ".")
    .addOption(stackOption())
    .option("--state <url>", "where the state is kept, file://…; by default PULUMI_BACKEND_URL, then Pulumi.yaml")
    .option("--events <file>", "write the engine's events there, one JSON object a line")
    .option("--parallel <n>", "the most steps at a time", parseWholeNumber(1))
    .option(
      "--target <urn>",
      "only this resource; may be given several times, * and ** stand for anything",
      collect,
      [],
    )
    .option("--refresh", "read every resource back first, and go on from what was found")
    .option("--continue-on-error", "let a failed resource stop only what depends on it")
    .option("--yes", "up and destroy without asking")
    .option("--expect-no-changes", "end with exit code 7 if anything changes")
    .addOption(outputOption("text", "json"));
}

/** Runs the embedded engine on any Node Pulumi project whose custom resources are dynamic. */
export async function run({ arguments: [verb = ""], options }: Invocation<EngineOptions>, io: Io): Promise<number> {
  const where = { cwd: resolve(io.cwd, options.cwd), stack: options.stack, state: options.state };
  try {
    if (verb === "recover") return await printRecovery(where, options, io);
    if ((verb === "up" || verb === "destroy") && !options.yes) await approve("Give --yes.", io);
    const events = eventSink(options, io);
    const outcome = await runEngine(verb as Verb, {
      ...where,
      parallel: options.parallel,
      targets: options.target,
      refresh: options.refresh,
      continueOnError: options.continueOnError,
      expectNoChanges: options.expectNoChanges,
      signal: io.interrupted(),
      events: events.see,
    });
    await events.end();
    printOutcome(outcome, options, io);
    return outcome.exitCode;
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const message = cause.advice ? `${cause.message}\n${cause.advice}` : cause.message;
    throw new CommandError(cause.exitCode as ExitCode, message, { cause });
  }
}

async function printRecovery(where: Parameters<typeof recover>[0], { output }: EngineOptions, io: Io): Promise<number> {
  const recovery = await recover(where);
  const message = recovery?.message ?? "There is nothing to recover.";
  if (output === "json") io.out.line(JSON.stringify({ recovered: recovery !== undefined, message }));
  else io.out.line(message);
  return Exit.done;
}

function eventSink(
  { events, output }: EngineOptions,
  io: Io,
): { see: (event: EngineEvent) => void; end: () => Promise<void> } {
  const file = events === undefined ? undefined : createWriteStream(resolve(io.cwd, events));
  // A component and the stack end twice: when they are registered, and when their outputs are.
  const printed = new Set<string>();
  return {
    see: (event) => {
      file?.write(`${JSON.stringify(event)}\n`);
      if (event.diagnosticEvent && !event.diagnosticEvent.ephemeral) printDiagnostic(event.diagnosticEvent, io);
      const { op, urn } = event.resOutputsEvent?.metadata ?? {};
      const line = `  ${op} ${urn}`;
      if (output === "text" && op && op !== "same" && !printed.has(line)) io.err.line(line);
      printed.add(line);
    },
    end: async () => {
      file?.end();
      if (file) await once(file, "close");
    },
  };
}

function printDiagnostic({ prefix = "", message, urn }: DiagnosticEvent, io: Io): void {
  io.err.line(`${prefix}${urn ? `${urn.split("::").at(-1)}: ` : ""}${message.trimEnd()}`);
}

function printOutcome({ result, counts, diagnostics }: RunOutcome, { output }: EngineOptions, io: Io): void {
  if (output === "json") return io.out.line(JSON.stringify({ result, counts, diagnostics }));
  const changes = Object.entries(counts).map(([operation, count]) => `${count} ${operation}`);
  io.out.line(`${result}: ${changes.join(", ") || "nothing to do"}`);
}
