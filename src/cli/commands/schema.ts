import type { Command } from "commander";
import { specJsonSchema } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** Declares the arguments and options. */
export function declare(_command: Command): void {}

/** Prints the JSON Schema of the spec; the same document is the package's sluice.schema.json. */
export async function run(_invocation: Invocation, io: Io): Promise<number> {
  io.out.line(JSON.stringify(specJsonSchema(), undefined, 2));
  return Exit.done;
}
