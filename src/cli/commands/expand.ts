import type { Command } from "commander";
import { hasErrors, renderReport } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { organizationOption, outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import { surveyFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(organizationOption())
    .addOption(outputOption("text", "json"))
    .option("--online", "ask AWS for organizational units and the caller's own account");
}

/** Lists each resource that the spec stands for. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const { spec: file, output, online } = options as { spec: string; output: string; online?: boolean };
  const { declarations, problems, sources } = await surveyFor(file, io, online ? "online" : "offline", options);
  for (const block of renderReport(problems, sources, io.err)) io.err.line(`${block}\n`);
  if (!hasErrors(problems)) {
    io.out.write(output === "json" ? json({ resources: declarations }) : table(declarations));
    return Exit.done;
  }
  // A wrong spec stands for nothing that a script should go on with.
  if (output === "json") io.out.write(json({ resources: [], problems }));
  return Exit.wrong;
}

const json = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`;

function table(declarations: readonly Declaration[]): string {
  const names = Math.max(0, ...declarations.map(({ name }) => name.length));
  const types = Math.max(0, ...declarations.map(({ type }) => type.length));
  const row = ({ name, type, source }: Declaration) =>
    `${name.padEnd(names)}  ${type.padEnd(types)}  ${source.file}:${source.line}\n`;
  return declarations.map(row).join("");
}
