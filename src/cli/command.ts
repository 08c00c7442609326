import type { Command } from "commander";
import type { Io } from "./io.ts";

/** One command: a file under commands/ that exports these two. It is loaded only when it was asked for. */
export interface CommandModule {
  /** Declares arguments, options and help on commander's command. */
  declare(command: Command): void;
  /** Does the work; returns the exit code. Throws `CommandError` for what has a message and a code of its own. */
  run(invocation: Invocation, io: Io): Promise<number>;
}

/** What was typed, parsed. `Options` is keyed as commander does it: `--stack-name` is `stackName`. */
export interface Invocation<Options extends object = object> {
  arguments: string[];
  options: Options;
}
