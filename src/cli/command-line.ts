import { Command, CommanderError } from "commander";
import { visible } from "../spec/problem/visible.ts";
import { version } from "../version.ts";
import type { CommandModule } from "./command.ts";
import { examples } from "./examples.ts";
import { CommandError, Exit } from "./exit.ts";
import type { Io } from "./io.ts";
import { commands } from "./registry.ts";
import { helpLines } from "./terminal/help-lines.ts";

/** Runs one command line, without `node` and the script; returns the exit code. */
export async function runCommandLine(argv: string[], io: Io): Promise<number> {
  let exitCode: number = Exit.done;
  let json = false;
  const program = programFor(io);
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary);
    if (!argv.slice(0, 2).includes(name)) continue;
    const module: CommandModule = await load();
    module.declare(command);
    command.addHelpText("after", `\nExamples:\n${(examples[name] ?? []).map((line) => `  ${line}`).join("\n")}`);
    command.action(async () => {
      json = command.opts()["output"] === "json";
      io.busy(() => "reading");
      exitCode = await module.run({ arguments: command.args, options: command.opts() }, io);
      io.busy();
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    return explain(error, io, json);
  }
  return exitCode;
}

function programFor(io: Io): Command {
  return new Command("sluice")
    .description("SSM resource data syncs and DataZone data exports as code, over every account and Region.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(helpLines(text, io.out.columns)),
      writeErr: (text) => io.err.write(visible(text)),
      getOutHelpWidth: () => io.out.columns,
      getErrHelpWidth: () => io.err.columns,
      getOutHasColors: () => io.out.color,
      getErrHasColors: () => io.err.color,
    })
    .showHelpAfterError("(add --help for what there is)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 the spec or the command line is wrong, 3 credentials, 5 blocked by a guard,\n7 changes under --expect-no-changes, 8 cancelled.",
    );
}

/**
 * The exit code of an error; its message goes to stderr, unless commander has printed it already. It may have words of the command line in it, which
 * a pipeline may have from a stranger.
 */
function explain(error: unknown, io: Io, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.wrong;
  if (error instanceof CommandError) {
    if (json) io.out.line(visible(JSON.stringify(error.document, null, 2)));
    io.err.line("problems" in error ? error.message : visible(`error: ${error.message}`));
    return error.exitCode;
  }
  const message = error instanceof Error ? (io.env["SLUICE_DEBUG"] ? error.stack : error.message) : String(error);
  io.err.line(visible(`error: ${message}`));
  return Exit.failed;
}
