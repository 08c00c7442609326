import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { nameOfFile, readSpec, schemaFor, schemaWithFindings, sortProblems, specJsonSchema } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { asCommandError, surveyFor } from "../spec-survey.ts";
import { whenChanged } from "../watching.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .option("--for <file>", "with the names of this spec's accounts, selections and groups, and no other ones")
    .option("--to <file>", "write it into a file, which editors can be given")
    .addOption(new Option("--watch", "with --for and --to: write it again whenever the spec changes"));
}

/** Prints the JSON Schema of the spec; without a file the same document is the package's sluice.schema.json. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const { for: file, to, watch } = options as { for?: string; to?: string; watch?: boolean };
  if (watch && (file === undefined || to === undefined))
    throw new CommandError(Exit.wrong, "--watch takes the spec as --for and the schema's file as --to.");
  let made = await schemaOf(file, io);
  const put = async () => {
    if (to === undefined) io.out.write(made.text);
    else if ((await readFile(resolve(io.cwd, to), "utf8").catch(() => "")) !== made.text) {
      await writeFile(resolve(io.cwd, to), made.text);
      io.err.line(`wrote ${to}`);
    }
  };
  await put();
  if (!watch) return Exit.done;
  await whenChanged(made.files, io, async () => {
    made = await schemaOf(file, io);
    await put();
  });
  return Exit.done;
}

/** Also returns the files that the spec is made of. */
async function schemaOf(file: string | undefined, io: Io): Promise<{ text: string; files: readonly string[] }> {
  const text = (schema: object) => `${JSON.stringify(schema, undefined, 2)}\n`;
  if (file === undefined) return { text: text(specJsonSchema()), files: [] };
  const { draft, sources, stacks } = await readSpec(resolve(io.cwd, file), file).catch((error: unknown) => {
    throw asCommandError(error);
  });
  if (draft === undefined) throw new CommandError(Exit.wrong, `${file} cannot be read; \`sluice check\` shows why.`);
  const surveys = await Promise.all(
    [undefined, ...stacks.slice(1)].map((stack) => surveyFor(file, io, "offline", { stack })),
  );
  const name = nameOfFile(file);
  const problems = sortProblems(surveys.flatMap((survey) => survey.problems)).filter(
    (problem) => problem.file === name,
  );
  const written = (sources.get(name) ?? []).join("\n");
  const schema = schemaWithFindings(schemaFor(specJsonSchema(), draft), written, problems);
  return { text: text(schema), files: [...sources.keys()] };
}
