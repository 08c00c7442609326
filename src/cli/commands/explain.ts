import type { Command } from "commander";
import { hasErrors, renderProblem } from "../../spec/index.ts";
import { explainTarget } from "../../targets/index.ts";
import type { Explanation } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import type { Line } from "../spec-survey.ts";
import { asCommandError, looksFor, surveyFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("<target>", "111122223333/us-east-1, or an account's id or name alone")
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(outputOption("text", "json"))
    .option("--online", "ask AWS for organizational units and the caller's own account");
}

/** Says why an account or an account and Region is in or out, by lines of the spec. */
export async function run({ arguments: [target = ""], options }: Invocation, io: Io): Promise<number> {
  const {
    spec: file,
    output,
    stack,
    online,
  } = options as { spec: string; output: string; stack?: string; online?: boolean };
  const line: Line = online ? "online" : "offline";
  const { spec, problems, text } = await surveyFor(file, io, line, stack);
  if (spec === undefined) {
    for (const problem of problems) io.err.line(`${renderProblem(problem, text, io.err)}\n`);
    return hasErrors(problems) ? Exit.wrong : Exit.failed;
  }
  const explanation = await explainTarget(spec, target, looksFor(line, io.env)).catch((error: unknown) => {
    throw asCommandError(error);
  });
  if (explanation === undefined) {
    const names = spec.accounts.map(({ name }) => name).join(", ");
    const known = names ? ` Accounts in ${file}: ${names}.` : "";
    throw new CommandError(Exit.wrong, `"${target}" starts with no account's id or name.${known}`);
  }
  io.out.write(output === "json" ? `${JSON.stringify(explanation, undefined, 2)}\n` : prose(explanation));
  return Exit.done;
}

function prose({ account, region, entries }: Explanation): string {
  const head = `${account}${region === undefined ? "" : `/${region}`}\n`;
  const width = Math.max(0, ...entries.map(({ entry }) => entry.length));
  const rows = entries.flatMap(({ entry, source, verdict, reasons }) => [
    `  ${entry.padEnd(width)}  ${verdict.padEnd(7)}  ${source.file}:${source.line}\n`,
    ...reasons.map(
      ({ message, line }) => `  ${" ".repeat(width)}  ${message}${line === undefined ? "" : ` (line ${line})`}\n`,
    ),
  ]);
  return head + (rows.join("") || "  The spec has no syncs and no exports.\n");
}
