import { resolve } from "node:path";
import type { Command } from "commander";
import { readSpec, schemaFor, specJsonSchema } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { asCommandError } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command.option("--for <file>", "offer the names of this spec's accounts, selections and groups too");
}

/** Prints the JSON Schema of the spec; without a file the same document is the package's sluice.schema.json. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const { for: file } = options as { for?: string };
  io.out.line(JSON.stringify(file === undefined ? specJsonSchema() : await schemaOf(file, io), undefined, 2));
  return Exit.done;
}

async function schemaOf(file: string, io: Io): Promise<object> {
  const { draft } = await readSpec(resolve(io.cwd, file), file).catch((error: unknown) => {
    throw asCommandError(error);
  });
  if (draft === undefined) throw new CommandError(Exit.wrong, `${file} cannot be read; \`sluice check\` shows why.`);
  return schemaFor(specJsonSchema(), draft);
}
